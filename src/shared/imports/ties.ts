import sql, { raw } from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { findPeople } from './people.ts'
import { ofImport, placeAfter } from './work.ts'
import type { Batch, Progress, Work } from './work.ts'

const batchSize = 2_000
/** What a description is called as the source of a mention or reference. */
const noComment = '00000000-0000-0000-0000-000000000000'

interface Tie {
  rank: string
  ordinal: number
  person: string | null
  muted: boolean
  createdAt: string
  /** Null where what it is about did not come with this import. */
  number: number | null
  sourceId: string
}

interface Tied {
  number: number
  userId: string
  muted: boolean
  createdAt: string
  sourceId: string
}

/** Adds the next votes of issues that this import brought; on others people have decided since. */
export const addVotes = (batch: Batch) =>
  addTies(batch, 'vote', (tied) => {
    const { tx, work } = batch
    tx.send(sql`
      with fresh as (
        insert into votes (workspace_id, issue_number, user_id, created_at)
        select ${work.workspaceId}, tied.* from unnest(${tied.map(({ number }) => number)}::int[],
          ${tied.map(({ userId }) => userId)}::uuid[], ${tied.map(({ createdAt }) => createdAt)}::timestamptz[]) as tied
        on conflict do nothing returning issue_number)
      update issues i set votes = i.votes + counted.count
      from (select issue_number, count(*)::int as count from fresh group by issue_number) counted
      where i.workspace_id = ${work.workspaceId} and i.number = counted.issue_number`)
  })

export const addSubscriptions = (batch: Batch) =>
  addTies(batch, 'subscription', (tied) => {
    batch.tx.send(sql`
      insert into subscriptions (workspace_id, issue_number, user_id, muted, created_at)
      select ${batch.work.workspaceId}, tied.* from unnest(${tied.map(({ number }) => number)}::int[],
        ${tied.map(({ userId }) => userId)}::uuid[], ${tied.map(({ muted }) => muted)}::boolean[],
        ${tied.map(({ createdAt }) => createdAt)}::timestamptz[]) as tied
      on conflict do nothing`)
  })

export const addMentions = (batch: Batch) =>
  addTies(batch, 'mention', (tied) => {
    batch.tx.send(sql`
      insert into mentions (workspace_id, issue_number, source_id, user_id)
      select ${batch.work.workspaceId}, tied.* from unnest(${tied.map(({ number }) => number)}::int[],
        ${tied.map(({ sourceId }) => sourceId)}::uuid[], ${tied.map(({ userId }) => userId)}::uuid[]) as tied
      on conflict do nothing`)
  })

async function addTies(
  batch: Batch,
  kind: 'vote' | 'subscription' | 'mention',
  add: (tied: Tied[]) => void,
): Promise<Progress> {
  const rows = await nextTies(batch.tx, batch.work, kind)
  const personOf = await findPeople(
    batch,
    rows.map(({ person }) => person),
  )
  add(
    rows.flatMap(({ number, person, muted, createdAt, sourceId }) => {
      const userId = personOf(person)
      return number === null || userId === null ? [] : [{ number, userId, muted, createdAt, sourceId }]
    }),
  )
  return { after: placeAfter(rows, batchSize), handled: rows.length }
}

/** Records of an import `r` with what they are about, if this import brought it and it is still there. */
function tied(work: Work) {
  return sql`
    left join import_items about on about.workspace_id = r.workspace_id and about.source = ${work.source}
      and about.external_id = coalesce(r.record ->> 'comment', r.parent_id) and about.import_id = r.import_id
    left join issues i on i.workspace_id = r.workspace_id and i.number = about.issue_number`
}

function nextTies(tx: Transaction, work: Work, kind: string): Promise<Tie[]> {
  return tx.query<Tie>(sql`
    select r.rank, r.ordinal, r.record ->> 'person' as person, (r.record ->> 'muted')::boolean as muted,
      r.record ->> 'createdAt' as "createdAt", i.number, coalesce(about.comment_id, ${noComment}::uuid) as "sourceId"
    from (select * from import_records where ${ofImport(work)} and kind = ${kind}
        and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
      order by rank, ordinal limit ${batchSize}) r
    ${tied(work)}
    order by r.rank, r.ordinal`)
}

/** Adds the next references from what this import brought to what is here, both ways round known by now. */
export async function addReferences({ tx, work }: Batch): Promise<Progress> {
  const rows = await tx.query<{ rank: string; ordinal: number }>(sql`
    with batch as materialized (
      select * from import_records where ${ofImport(work)} and kind = 'reference'
        and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
      order by rank, ordinal limit ${batchSize}),
    added as (
      insert into issue_references (workspace_id, from_number, source_id, to_number)
      select r.workspace_id, i.number, coalesce(about.comment_id, ${noComment}::uuid), named.number
      from batch r ${tied(work)}
      join import_items other on other.workspace_id = r.workspace_id and other.source = ${work.source}
        and other.external_id = r.record ->> 'to' and other.comment_id is null
      join issues named on named.workspace_id = r.workspace_id and named.number = other.issue_number
      where i.number is not null and named.number <> i.number
      on conflict do nothing)
    select rank, ordinal from batch order by rank, ordinal`)
  return { after: placeAfter(rows, batchSize), handled: rows.length }
}

/** How many originals of originals are followed. */
const longestChain = raw('50')

/** Says of the next issues which they are duplicates of; never of themselves by any way round. */
export async function setOriginals({ tx, work }: Batch): Promise<Progress> {
  const rows = await tx.query<{ rank: string; ordinal: number }>(sql`
    with recursive batch as materialized (
      select * from import_records where ${ofImport(work)} and kind = 'issue'
        and (rank, ordinal) > (${work.afterRank}::bigint, ${work.afterOrdinal}::int)
      order by rank, ordinal limit ${batchSize}),
    chain (start, original, steps) as (
      select external_id, record ->> 'duplicateOf', 1 from batch where record ->> 'duplicateOf' is not null
      union all
      select chain.start, r.record ->> 'duplicateOf', chain.steps + 1
      from chain join import_records r on r.workspace_id = ${work.workspaceId}
        and r.import_id = ${work.importId}::uuid and r.kind = 'issue' and r.external_id = chain.original
      where r.record ->> 'duplicateOf' is not null and chain.steps < ${longestChain}),
    straight as (
      select start from chain group by start having max(steps) < ${longestChain}),
    set as (
      update issues i set duplicate_of = named.number
      from batch r join straight on straight.start = r.external_id
      join import_items about on about.workspace_id = r.workspace_id and about.source = ${work.source}
        and about.external_id = r.external_id and about.import_id = r.import_id
      join import_items other on other.workspace_id = r.workspace_id and other.source = ${work.source}
        and other.external_id = r.record ->> 'duplicateOf' and other.comment_id is null
      join issues named on named.workspace_id = r.workspace_id and named.number = other.issue_number
      where i.workspace_id = r.workspace_id and i.number = about.issue_number and i.number <> named.number)
    select rank, ordinal from batch order by rank, ordinal`)
  return { after: placeAfter(rows, batchSize) }
}
