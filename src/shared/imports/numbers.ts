import sql from 'sql-template-tag'
import { ofImport } from './work.ts'
import type { Batch, Progress } from './work.ts'

const batchSize = 5_000
/** Beyond this, numbers of a file are not kept: one large number would leave none for those that come. */
export const largestKept = 10_000_000

/** Whether the issue of a record `r` is here already: from an earlier import, or because the file is an export of this workspace. */
const knownNumber = ({ work }: Batch) => sql`(
  select coalesce(
    (select item.issue_number from import_items item where item.workspace_id = r.workspace_id
      and item.source = ${work.source} and item.external_id = r.external_id and item.comment_id is null),
    (select own.number from issues own
      where ${work.own} and own.workspace_id = r.workspace_id and own.number = r.rank)))`

/**
 * Reserves the numbers of all new issues at once, so that the workspace is locked for a moment only, and what a text says
 * of an issue that comes later is known. A new workspace keeps the numbers of the file. Numbers whose issues do not
 * come, because the import is stopped, stay empty.
 */
export async function reserveNumbers(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const [count] = await tx.query<{ fresh: number; all: number; distinct: number; last: number }>(sql`
    select count(*) filter (where number is null)::int as fresh, count(*)::int as all,
      count(distinct rank)::int as distinct, coalesce(max(rank), 0)::float8 as last
    from (select r.rank, ${knownNumber(batch)} as number from import_records r
      where ${ofImport(work)} and kind = 'issue') found`)
  if (count === undefined || (count.fresh === 0 && count.all > 0)) return { after: null }
  const [workspace] = await tx.query<{ last: number }>(sql`
    select last_issue_number as last from workspaces where id = ${work.workspaceId} for no key update`)
  if (workspace === undefined) throw new Error('A workspace vanished while it was imported into.')
  const keeps =
    workspace.last === 0 &&
    work.format !== 'csv' &&
    count.fresh === count.all &&
    count.distinct === count.all &&
    count.last <= largestKept
  const last = keeps
    ? Math.max(count.last, Math.min(work.sourceLastNumber ?? 0, largestKept))
    : workspace.last + count.fresh
  tx.send(sql`update workspaces set last_issue_number = ${last} where id = ${work.workspaceId}`)
  const first = workspace.last + 1
  return { after: null, numbers: { first, next: first, keeps } }
}

/** Writes at each issue which number it has or gets, unless all keep those that are written there already. */
export async function giveNumbers(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  if (work.keepsNumbers) return { after: null }
  const next = work.nextNumber ?? 1
  const [done] = await tx.query<{
    rows: number
    fresh: number
    rank: string | null
    ordinal: number | null
  }>(sql`
    with batch as (
      select rank, ordinal, external_id, number from (
        select r.rank, r.ordinal, r.external_id, ${knownNumber(batch)} as number from import_records r
        where ${ofImport(work)} and kind = 'issue'
          and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
        order by rank, ordinal limit ${batchSize}) next),
    numbered as (
      select *, row_number() over (partition by number is null order by rank, ordinal) as nth from batch),
    given as (
      update import_records r set known = n.number is not null,
        target = coalesce(n.number, ${next}::int - 1 + n.nth)
      from numbered n where r.workspace_id = ${work.workspaceId} and r.import_id = ${work.importId}::uuid
        and r.kind = 'issue' and r.external_id = n.external_id
      returning r.known)
    select count(*)::int as rows, count(*) filter (where not known)::int as fresh,
      (select rank from batch order by rank desc, ordinal desc limit 1) as rank,
      (select ordinal from batch order by rank desc, ordinal desc limit 1) as ordinal
    from given`)
  if (done === undefined || done.rank === null || done.ordinal === null) return { after: null }
  return {
    after: done.rows < batchSize ? null : { rank: done.rank, ordinal: done.ordinal },
    numbers: { next: next + done.fresh },
  }
}
