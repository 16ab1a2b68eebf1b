import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'

import { JSONFile } from 'lowdb/node'

import type { DiscordRecords } from './records.ts'

const DEBOUNCE_MS = 200
const FORMAT = 1

interface StoredRecords {
  format: number
  records: DiscordRecords
}

/** Keeps the records in one JSON file, replaced as a whole so that a crash never leaves half of one. */
export class RecordFile {
  readonly #file: string
  readonly #adapter: JSONFile<StoredRecords>
  #timer: NodeJS.Timeout | null = null
  #take: (() => DiscordRecords) | null = null

  constructor(file: string) {
    this.#file = file
    this.#adapter = new JSONFile(file)
  }

  /** The records of an earlier start, `null` when this is the first one. Throws when the file is not ours. */
  async read(): Promise<DiscordRecords | null> {
    await mkdir(dirname(this.#file), { recursive: true })
    let stored: StoredRecords | null
    try {
      stored = await this.#adapter.read()
    } catch (error) {
      throw new Error(`${this.#file} cannot be read; remove it to start the local Discord anew`, {
        cause: error,
      })
    }
    if (stored === null) return null
    if (stored.format !== FORMAT) {
      throw new Error(`${this.#file} has another format; remove it to start the local Discord anew`)
    }
    return stored.records
  }

  /** Writes what `take` gives a little later, once for many changes. */
  writeSoon(take: () => DiscordRecords): void {
    this.#take = take
    this.#timer ??= setTimeout(() => {
      // Nobody waits for this write, so a full disk is told as a warning and tried again with the next change.
      this.flush().catch((error: unknown) => {
        process.emitWarning(`The local Discord could not write ${this.#file}: ${String(error)}`)
      })
    }, DEBOUNCE_MS)
  }

  /** Writes what is still to be written, now. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const take = this.#take
    if (take === null) return
    this.#take = null
    await this.#adapter.write({ format: FORMAT, records: take() })
  }
}
