import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { v4 as uuidv4 } from 'uuid'
import { AppError } from '../errors.ts'

/** A file that has come in whole, on this machine's disk. */
export interface Spooled {
  path: string
  bytes: number
  sha256: Uint8Array<ArrayBuffer>
  /** Its beginning. */
  head: Uint8Array
  /** Whether all of it is UTF-8 without NUL. */
  isText: boolean
  remove(): Promise<void>
}

interface Limits {
  maxBytes: number
  headBytes: number
  /** The sentence for a file that is larger. */
  tooLarge: string
}

/**
 * Takes in a file piece by piece, so that what it is and how large is known before any of it is stored, with no more of
 * it in memory than a piece. Throws `too_large`, and what the body throws; then nothing is left of it.
 */
export async function spool(
  dir: string,
  body: AsyncIterable<Uint8Array>,
  { maxBytes, headBytes, tooLarge }: Limits,
): Promise<Spooled> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, uuidv4())
  const remove = () => rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    const text = new TextCheck()
    const head: Uint8Array[] = []
    let bytes = 0
    for await (const piece of body) {
      if (bytes < headBytes) head.push(piece.slice(0, headBytes - bytes))
      bytes += piece.byteLength
      if (bytes > maxBytes) throw new AppError('too_large', tooLarge)
      hash.update(piece)
      text.add(piece)
      await file.writeFile(piece)
    }
    return {
      path,
      bytes,
      sha256: Uint8Array.from(hash.digest()),
      head: Buffer.concat(head),
      isText: text.end(),
      remove,
    }
  } catch (error) {
    await remove()
    throw error
  } finally {
    await file.close()
  }
}

const abandonedMs = 3_600_000

/** Removes what a process that was killed left behind: no upload takes an hour. */
export async function clearSpool(dir: string, now: Date): Promise<void> {
  await mkdir(dir, { recursive: true })
  for (const name of await readdir(dir)) {
    const path = join(dir, name)
    const { mtimeMs } = await stat(path)
    if (mtimeMs < now.getTime() - abandonedMs) await rm(path, { force: true })
  }
}

class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #isText = true

  add(piece: Uint8Array): void {
    if (!this.#isText) return
    this.#isText = !piece.includes(0) && this.#decodes(piece)
  }

  end(): boolean {
    return this.#isText && this.#decodes()
  }

  #decodes(piece?: Uint8Array): boolean {
    try {
      this.#decoder.decode(piece, { stream: piece !== undefined })
      return true
    } catch (error) {
      if (error instanceof TypeError) return false
      throw error
    }
  }
}
