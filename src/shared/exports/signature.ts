import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/**
 * What shows that an export was made by this installation and not changed since: an HMAC over all its lines but the
 * last. It is made anew for each export or import, line by line.
 */
export class ExportSignature {
  readonly #hmac

  constructor(secret: Uint8Array) {
    const key = new Uint8Array(hkdfSync('sha256', secret, '', 'signatures of exports', 32))
    this.#hmac = createHmac('sha256', key)
  }

  /** A line without the line break after it. */
  add(line: string | Uint8Array): void {
    this.#hmac.update(line).update('\n')
  }

  /** Once, at the end. */
  digest(): string {
    return this.#hmac.digest('base64url')
  }

  /** Whether the lines so far were signed like this; once, at the end. In a time that tells nothing of the right one. */
  isRight(signature: string): boolean {
    const right = Buffer.from(this.digest())
    const given = Buffer.from(signature)
    return given.length === right.length && timingSafeEqual(given, right)
  }
}

/** What this installation is called in its exports; its secret cannot be found from it. */
export function installationName(secret: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'name of the installation', 12)).toString('hex')
}
