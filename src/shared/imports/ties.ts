import sql from 'sql-template-tag'
import { findItems } from './items.ts'
import { findPeople } from './people.ts'
import { issuesNumbered, nextRecords, ofImport, placeAfter } from './work.ts'
import type { Batch, Progress } from './work.ts'

const batchSize = 2_000
/** What a description is called as the source of a mention or reference. */
const noComment = '00000000-0000-0000-0000-000000000000'

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
      where ${issuesNumbered(
        work,
        tied.map(({ number }) => number),
      )} and i.number = counted.issue_number`)
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
  const rows = await nextRecords(batch, kind, batchSize)
  const [personOf, itemOf] = await Promise.all([
    findPeople(
      batch,
      rows.map(({ record }) => record.person),
    ),
    findItems(
      batch,
      rows.map(({ record, parentId }) => record.comment ?? parentId),
    ),
  ])
  add(
    rows.flatMap(({ record: { person, comment, muted, createdAt }, parentId }) => {
      const userId = personOf(person)
      const about = itemOf(comment ?? parentId)
      if (about === null || !about.isFresh || userId === null) return []
      return [{ number: about.number, userId, muted, createdAt, sourceId: about.commentId ?? noComment }]
    }),
  )
  return { after: placeAfter(rows), handled: rows.length }
}

/** Adds the next references from what this import brought to what is here: by now both are there. */
export async function addReferences(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const rows = await nextRecords(batch, 'reference', batchSize)
  const itemOf = await findItems(
    batch,
    rows.flatMap(({ record, parentId }) => [record.comment ?? parentId, record.to]),
  )
  const references = rows.flatMap(({ record, parentId }) => {
    const about = itemOf(record.comment ?? parentId)
    const named = itemOf(record.to)
    if (about === null || !about.isFresh || named === null || named.number === about.number) return []
    return [{ from: about.number, sourceId: about.commentId ?? noComment, to: named.number }]
  })
  tx.send(sql`
    insert into issue_references (workspace_id, from_number, source_id, to_number)
    select ${work.workspaceId}, fresh.* from unnest(${references.map(({ from }) => from)}::int[],
      ${references.map(({ sourceId }) => sourceId)}::uuid[], ${references.map(({ to }) => to)}::int[]) as fresh
    on conflict do nothing`)
  return { after: placeAfter(rows), handled: rows.length }
}

/** Says of the next issues that are duplicates what of; never of themselves by any way round. */
export async function setOriginals(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const rows = await nextRecords(batch, 'original', batchSize)
  const [itemOf, isStraight] = await Promise.all([
    findItems(
      batch,
      rows.flatMap(({ externalId, record: { to } }) => [externalId, to]),
    ),
    findStraight(
      batch,
      rows.map(({ record: { to } }) => to),
    ),
  ])
  const set = rows.flatMap(({ externalId, record: { to } }) => {
    const [about, original] = [itemOf(externalId), itemOf(to)]
    if (about === null || !about.isFresh || original === null || !isStraight(to)) return []
    return [{ number: about.number, original: original.number }]
  })
  tx.send(sql`
    update issues i set duplicate_of = fresh.original
    from unnest(${set.map(({ number }) => number)}::int[], ${set.map(({ original }) => original)}::int[])
      as fresh (number, original)
    where ${issuesNumbered(
      work,
      set.map(({ number }) => number),
    )} and i.number = fresh.number and fresh.number <> fresh.original`)
  return { after: placeAfter(rows), handled: rows.length }
}

/** How many originals of originals are followed. */
const longestChain = 50

/** Which of these issues of the file lead to an original that is no duplicate itself, within `longestChain` steps. */
async function findStraight(
  { tx, work }: Batch,
  externalIds: readonly string[],
): Promise<(externalId: string) => boolean> {
  const originals = new Map<string, string | null>()
  let asked = [...new Set(externalIds)]
  for (let step = 0; step < longestChain && asked.length > 0; step += 1) {
    const found = await tx.query<{ externalId: string; to: string }>(sql`
      select external_id as "externalId", record ->> 'to' as to from import_records
      where ${ofImport(work)} and kind = 'original' and external_id = any(${asked}::text[])`)
    for (const name of asked) originals.set(name, null)
    for (const { externalId, to } of found) originals.set(externalId, to)
    asked = [...new Set(found.map(({ to }) => to))].filter((name) => !originals.has(name))
  }
  return (externalId) => {
    let at: string | null = externalId
    for (let step = 0; step < longestChain; step += 1) {
      const next: string | null | undefined = originals.get(at)
      if (next === null || next === undefined) return next === null
      at = next
    }
    return false
  }
}
