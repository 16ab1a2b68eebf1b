import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What a link opens, until when, and the proof that we made it. */
export interface SignedLink {
  slug: string
  id: string
  /** Seconds since 1970. */
  expires: number
  signature: string
}

/** How long a link opens its attachment, at most. */
export const linkSeconds = 600
/** Links of one such while are the same, so that a browser finds again what it has. */
const roundedToSeconds = 300

/** Makes and checks the links of attachments: whoever holds one may fetch it, because an `<img>` sends no token. */
export class SignedLinks {
  readonly #key: Uint8Array

  /** The secret of the installation: all its processes make and take the same links. */
  constructor(secret: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', 'links of attachments', 32))
  }

  /** The address on our own origin, good for five to ten minutes. */
  make(slug: string, id: string, now: Date): string {
    const expires = Math.floor(now.getTime() / 1000 / roundedToSeconds) * roundedToSeconds + linkSeconds
    const query = new URLSearchParams({
      workspace: slug,
      expires: String(expires),
      signature: this.#sign(slug, id, expires).toString('base64url'),
    })
    return `/api/attachments/${id}?${query.toString()}`
  }

  /** Whether the link is ours and not over; compared in a time that tells nothing of the right signature. */
  isGood({ slug, id, expires, signature }: SignedLink, now: Date): boolean {
    const given = Buffer.from(signature, 'base64url')
    const right = this.#sign(slug, id, expires)
    return given.length === right.length && timingSafeEqual(given, right) && now.getTime() < expires * 1000
  }

  /** Neither part can hold the line break between them: what is signed means one thing only. */
  #sign(slug: string, id: string, expires: number): Buffer {
    return createHmac('sha256', this.#key).update(`${slug}\n${id}\n${expires}`).digest()
  }
}
