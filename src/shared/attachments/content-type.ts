import { fileTypeFromBuffer } from 'file-type'

/** How much of the beginning of a file its type is told from. */
export const headBytes = 8_192

/** What can be attached, as `file-type` names what it finds in the bytes, and what it is served as. */
const allowed: ReadonlyMap<string, string> = new Map([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'].map(
    (type) => [type, type] as const,
  ),
  ['image/apng', 'image/png'],
  ...['video/mp4', 'video/webm', 'video/quicktime'].map((type) => [type, type] as const),
  ...['application/pdf', 'application/zip', 'application/gzip'].map((type) => [type, type] as const),
  // SVG too: it is text, and is never served as what a browser would run.
  ['application/xml', 'text/plain'],
])

/**
 * The type a file is served as, told from its bytes and never from its name; null for what cannot be attached.
 * `isText`: all of it is UTF-8 without NUL, which is what logs, JSON and source code are.
 */
export async function contentTypeOf(head: Uint8Array, isText: boolean): Promise<string | null> {
  const found = await fileTypeFromBuffer(head)
  if (found !== undefined) return allowed.get(found.mime) ?? null
  return isText ? 'text/plain' : null
}

/** Whether a browser may show it in its place; everything else is downloaded. */
export function isShownInline(contentType: string): boolean {
  return contentType.startsWith('image/') || contentType.startsWith('video/')
}
