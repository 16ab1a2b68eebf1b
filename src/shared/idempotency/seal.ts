import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What is kept of an answer. */
export interface KeptAnswer {
  status: number
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer> | string | null
  /** SHA-256 of the file that was sent; null when none was, or not to its end. */
  fileDigest: string | null
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** Headers and body, so that only whoever has `secret` can read them. The status stands beside it. */
export function seal({ headers, body, fileDigest }: KeptAnswer, secret: string): Buffer {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, keyFrom(secret), iv, { authTagLength: tagBytes })
  const head = Buffer.from(`${JSON.stringify({ headers, hasBody: body !== null, fileDigest })}\n`)
  const sealed = Buffer.concat([cipher.update(head), cipher.update(body ?? ''), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** The other way round. Throws when it was sealed with another secret, or has been changed. */
export function unseal(sealed: Buffer, secret: string): Omit<KeptAnswer, 'status'> {
  const iv = sealed.subarray(0, ivBytes)
  const decipher = createDecipheriv(algorithm, keyFrom(secret), iv, { authTagLength: tagBytes })
  decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes))
  const text = Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()])
  const end = text.indexOf('\n')
  const head = JSON.parse(text.toString('utf8', 0, end)) as {
    headers: Record<string, string>
    hasBody: boolean
    fileDigest: string | null
  } // as `seal` wrote it
  const { headers, hasBody, fileDigest } = head
  return { headers, body: hasBody ? Uint8Array.from(text.subarray(end + 1)) : null, fileDigest }
}

function keyFrom(secret: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', 'snag idempotency', 32))
}
