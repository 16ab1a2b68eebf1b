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
  /** There is none of its kind after it. */
  isLast: boolean
}

/** The columns of `Waiting` but for its last one, of records `r`. */
export const waiting = sql`
  r.rank, r.ordinal, r.external_id as "externalId", r.parent_id as "parentId", r.refs, r.record, r.target, r.known`

/** So much text is worked on in one batch: other work of this process waits meanwhile. */
export const charactersAtOnce = 1_000_000

/** The next records of a kind, of which there are at most `limit`; fewer where their texts are long, but one at least. */
export function nextRecords<K extends RecordKind>(
  { tx, work }: Batch,
  kind: K,
  limit: number,
): Promise<Waiting<K>[]> {
  return tx.query<Waiting<K>>(sql`
    select ${waiting}, r.nth = r.found and r.found < ${limit} as "isLast" from (
      select *, row_number() over inOrder as nth, count(*) over () as found,
        sum(length(record::text)) over inOrder - length(record::text) as "charactersBefore"
      from (
        select * from import_records
        where ${ofImport(work)} and kind = ${kind}
          and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
        order by rank, ordinal limit ${limit}) next
      window inOrder as (order by rank, ordinal)) r
    where r."charactersBefore" < ${charactersAtOnce} order by r.rank, r.ordinal`)
}

/**
 * Which issues `i` these are. Named one by one, even where what they are joined to would do: a table that has just grown is
 * taken for a small one, and all of the workspace would be gone through.
 */
export function issuesNumbered({ workspaceId }: Pick<Work, 'workspaceId'>, numbers: readonly number[]): Sql {
  return sql`i.workspace_id = ${workspaceId} and i.number = any(${numbers}::int[])`
}

/** Where the records of an import are. */
export function ofImport({ workspaceId, importId }: Pick<Work, 'workspaceId' | 'importId'>): Sql {
  return sql`workspace_id = ${workspaceId} and import_id = ${importId}::uuid`
}

/** The place of the last of these records; null when there are no more. */
export function placeAfter(
  rows: readonly { rank: string; ordinal: number; isLast: boolean }[],
): Progress['after'] {
  const last = rows.at(-1)
  return last === undefined || last.isLast ? null : { rank: last.rank, ordinal: last.ordinal }
}
