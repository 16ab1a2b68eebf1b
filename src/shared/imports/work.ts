import sql from 'sql-template-tag'
import type { Sql } from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import type { RecordKind, Note, recordSchemas } from './records.ts'
import type { ImportFormat } from './schema.ts'
import type { z } from 'zod'

/** An import while one batch of it is done; locked until the batch is committed. */
export interface Work {
  workspaceId: number
  importId: string
  format: ImportFormat
  source: string
  trusted: boolean
  own: boolean
  identities: string[]
  createdById: string
  step: string
  /** PostgreSQL's bigint comes as text. */
  afterRank: string
  afterOrdinal: number
  firstNumber: number | null
  nextNumber: number | null
  keepsNumbers: boolean
  sourceLastNumber: number | null
  /** How many notes there are. */
  noted: number
}

/** What a batch is done with. */
export interface Batch {
  tx: Transaction
  work: Work
  tracker: Tracker
  now: Date
}

/** What a batch has done. */
export interface Progress {
  /** The last record it did; null when the step is over. */
  after: { rank: string; ordinal: number } | null
  handled?: number
  issues?: number
  comments?: number
  notes?: Note[]
  /** Where the numbers of new issues go on. */
  numbers?: { first: number; next: number; keeps: boolean } | { next: number }
}

/** A record as it waits in the database. */
export interface Waiting<K extends RecordKind> {
  rank: string
  ordinal: number
  externalId: string
  parentId: string | null
  refs: string[]
  record: z.output<(typeof recordSchemas)[K]>
  target: number | null
  known: boolean
}

/** The columns of `Waiting`, of records `r`. */
export const waiting = sql`
  r.rank, r.ordinal, r.external_id as "externalId", r.parent_id as "parentId", r.refs, r.record, r.target, r.known`

/** The next records of a kind. */
export function nextRecords<K extends RecordKind>(
  { tx, work }: Batch,
  kind: K,
  limit: number,
): Promise<Waiting<K>[]> {
  return tx.query<Waiting<K>>(sql`
    select ${waiting} from import_records r
    where ${ofImport(work)} and kind = ${kind} and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
    order by rank, ordinal limit ${limit}`)
}

/** Where the records of an import are. */
export function ofImport({ workspaceId, importId }: Pick<Work, 'workspaceId' | 'importId'>): Sql {
  return sql`workspace_id = ${workspaceId} and import_id = ${importId}::uuid`
}

/** The place of the last of these records; null when there are fewer than were asked for. */
export function placeAfter(
  rows: readonly { rank: string; ordinal: number }[],
  limit: number,
): Progress['after'] {
  const last = rows.at(-1)
  return last === undefined || rows.length < limit ? null : { rank: last.rank, ordinal: last.ordinal }
}
