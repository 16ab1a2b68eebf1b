import { AppError } from '../errors.ts'

const lineBreak = 0x0a
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The lines of a file, without their line breaks. Throws `invalid` for one of more than `maxBytes`. */
export async function* linesOf(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<{ bytes: Uint8Array; line: number }> {
  const held = new Held(maxBytes)
  let line = 1
  for await (const piece of body) {
    let from = 0
    for (;;) {
      const end = piece.indexOf(lineBreak, from)
      if (end === -1) break
      held.add(piece.subarray(from, end), `Line ${line}`)
      yield { bytes: held.take(), line }
      line += 1
      from = end + 1
    }
    held.add(piece.subarray(from), `Line ${line}`)
  }
  const bytes = held.take()
  if (bytes.byteLength > 0) yield { bytes, line }
}

const ascii = {
  quote: 0x22,
  backslash: 0x5c,
  openBracket: 0x5b,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
}

/**
 * The JSON objects of a file, whether they stand in arrays or one after another. Only the brackets are counted here;
 * what is between them is JSON.parse's to judge. Throws `invalid` for an object of more than `maxBytes`.
 */
export async function* objectsOf(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<{ bytes: Uint8Array; line: number }> {
  const held = new Held(maxBytes)
  let depth = 0
  let inArray = false
  let inText = false
  let escaped = false
  let line = 1
  let startedAt = 1
  for await (const piece of body) {
    let from = depth > 0 ? 0 : -1
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at]
      if (byte === lineBreak) line += 1
      if (inText) {
        if (escaped) escaped = false
        else if (byte === ascii.backslash) escaped = true
        else if (byte === ascii.quote) inText = false
        continue
      }
      if (depth > 0) {
        if (byte === ascii.quote) inText = true
        else if (byte === ascii.openBrace || byte === ascii.openBracket) depth += 1
        else if (byte === ascii.closeBrace || byte === ascii.closeBracket) depth -= 1
        if (depth === 0) {
          held.add(piece.subarray(from, at + 1), `The object in line ${startedAt}`)
          from = -1
          yield { bytes: held.take(), line: startedAt }
        }
        continue
      }
      if (byte === ascii.openBrace) {
        depth = 1
        from = at
        startedAt = line
      } else if (byte === ascii.openBracket && !inArray) inArray = true
      else if (byte === ascii.closeBracket && inArray) inArray = false
      else if (!isBetween(byte)) throw notJson(line)
    }
    if (from !== -1) held.add(piece.subarray(from), `The object in line ${startedAt}`)
  }
  if (depth > 0 || inArray) {
    throw new AppError('invalid', `The file was cut off: what begins in line ${startedAt} does not end.`)
  }
}

/** White space, a comma, or a byte of the mark that some programs begin a file of UTF-8 with. */
function isBetween(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    (byte === 0x20 ||
      byte === 0x09 ||
      byte === 0x0a ||
      byte === 0x0d ||
      byte === 0x2c ||
      byte === 0xef ||
      byte === 0xbb ||
      byte === 0xbf)
  )
}

/** The JSON of a piece. Throws `invalid`, naming its line. */
export function parseJson(bytes: Uint8Array, line: number): unknown {
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch {
    throw notJson(line)
  }
}

function notJson(line: number): AppError {
  return new AppError('invalid', `Line ${line} is not JSON. Send the file as it was given to you.`)
}

/** What has come of a piece so far; large pieces are refused before they are whole. */
class Held {
  #parts: Uint8Array[] = []
  #bytes = 0
  readonly #maxBytes: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(part: Uint8Array, name: string): void {
    if (part.byteLength === 0) return
    this.#bytes += part.byteLength
    if (this.#bytes > this.#maxBytes) {
      throw new AppError(
        'invalid',
        `${name} has more than ${Math.floor(this.#maxBytes / 1024 / 1024)} MB, which no issue needs. Is this the right format?`,
      )
    }
    this.#parts.push(part)
  }

  take(): Uint8Array {
    const [first] = this.#parts
    const whole = this.#parts.length === 1 && first !== undefined ? first : Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    return whole
  }
}
