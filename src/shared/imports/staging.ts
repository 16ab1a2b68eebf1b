import sql from 'sql-template-tag'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { largestKept } from './numbers.ts'
import { notesKept } from './schema.ts'
import type { NoteKind } from './schema.ts'
import { subjectOf } from './records.ts'
import type { ImportRecord, Note, Read } from './records.ts'

const batchRecords = 500
const batchCharacters = 4_000_000
/** Things in one file. */
const maxRecords = 1_000_000

type Numbered = ImportRecord & { ordinal: number }

interface Staged {
  total: number
  skipped: number
  adjusted: number
}

/** Puts what is read from a file into the database, batch by batch, where every worker finds it. */
export class Staging {
  readonly #db: Database
  readonly #workspaceId: number
  readonly #importId: string
  readonly #counts: Record<NoteKind, number> = { skipped: 0, adjusted: 0 }
  #records: Numbered[] = []
  #texts: string[] = []
  #characters = 0
  #notes: Note[] = []
  #ordinal = 0
  /** What is on its way to the database, while more is read. */
  #underWay: Promise<void> = Promise.resolve()
  #total = 0

  constructor(db: Database, { workspaceId, importId }: { workspaceId: number; importId: string }) {
    this.#db = db
    this.#workspaceId = workspaceId
    this.#importId = importId
  }

  /** Throws `invalid` for more than a file may hold. */
  async add(read: Read): Promise<void> {
    if (read.kind === 'note') {
      this.#note(read.note)
      return
    }
    this.#ordinal += 1
    if (this.#ordinal > maxRecords) {
      throw new AppError(
        'invalid',
        `There are more than ${maxRecords.toLocaleString('en')} things in this file. Import it in parts.`,
      )
    }
    const text = JSON.stringify(read.record)
    this.#records.push({ ...read, ordinal: this.#ordinal })
    this.#texts.push(text)
    this.#characters += text.length
    if (this.#records.length >= batchRecords || this.#characters >= batchCharacters) await this.#flush()
  }

  async end(): Promise<Staged> {
    await this.#flush()
    await this.#underWay
    await this.#flush()
    await this.#underWay
    return { total: this.#total, ...this.#counts }
  }

  /** Takes everything back. */
  async discard(): Promise<void> {
    await this.#underWay.catch(() => {}) // what went wrong with it is known already, or is of no interest any more
    const [workspaceId, importId] = [this.#workspaceId, this.#importId]
    await this.#db.query(
      sql`delete from import_records where workspace_id = ${workspaceId} and import_id = ${importId}::uuid`,
    )
    await this.#db.query(
      sql`delete from import_notes where workspace_id = ${workspaceId} and import_id = ${importId}::uuid`,
    )
  }

  #note(note: Note): void {
    if (this.#counts.skipped + this.#counts.adjusted < notesKept) this.#notes.push(note)
    this.#counts[note.kind] += 1
  }

  /** Sends what there is, and waits for what was sent before. */
  async #flush(): Promise<void> {
    const [records, texts, notes] = [this.#records, this.#texts, this.#notes]
    this.#records = []
    this.#texts = []
    this.#notes = []
    this.#characters = 0
    const before = this.#underWay
    this.#underWay = this.#send(records, texts, notes)
    // Whoever waits for it next hears of it.
    this.#underWay.catch(() => {})
    await before
  }

  async #send(records: Numbered[], texts: string[], notes: Note[]): Promise<void> {
    if (notes.length > 0) await this.#db.query(insertNotes(this.#workspaceId, this.#importId, notes))
    if (records.length === 0) return
    const added = await this.#insert(records, texts)
    this.#total += added.size
    for (const again of records) {
      const isTold = again.kind === 'issue' || again.kind === 'comment'
      if (isTold && !added.has(again.ordinal)) {
        const reason = 'It is in the file more than once.'
        this.#note({ kind: 'skipped', subject: subjectOf(again.kind, again), reason })
      }
    }
  }

  /** The ordinals of those that were not there already. */
  async #insert(records: Numbered[], texts: string[]): Promise<Set<number>> {
    const added = await this.#db.query<{ ordinal: number }>(sql`
      insert into import_records
        (workspace_id, import_id, kind, rank, ordinal, external_id, parent_id, refs, record, target)
      select ${this.#workspaceId}, ${this.#importId}::uuid, kind, rank, ordinal, external_id, parent_id,
        string_to_array(refs, ' '), record::json,
        case when kind = 'issue' and rank <= ${largestKept}::int then rank end
      from unnest(${records.map(({ kind }) => kind)}::text[], ${records.map(({ rank }) => rank)}::bigint[],
        ${records.map(({ ordinal }) => ordinal)}::int[], ${records.map(({ externalId }) => externalId)}::text[],
        ${records.map(({ parentId }) => parentId)}::text[],
        ${records.map(({ refs }) => refs.join(' '))}::text[], ${texts}::text[])
        as fresh (kind, rank, ordinal, external_id, parent_id, refs, record)
      on conflict do nothing returning ordinal`)
    return new Set(added.map(({ ordinal }) => ordinal))
  }
}

/** Whoever sends it sees to it that there are no more than `notesKept` of one import. */
export function insertNotes(workspaceId: number, importId: string, notes: readonly Note[]) {
  return sql`
    insert into import_notes (workspace_id, import_id, kind, subject, reason)
    select ${workspaceId}, ${importId}::uuid, kind, subject, reason
    from unnest(${notes.map(({ kind }) => kind)}::text[],
      ${notes.map(({ subject }) => subject.replaceAll('\0', '').toWellFormed().slice(0, 200))}::text[],
      ${notes.map(({ reason }) => reason.replaceAll('\0', '').toWellFormed().slice(0, 300))}::text[]) as fresh (kind, subject, reason)`
}
