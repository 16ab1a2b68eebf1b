import sql from 'sql-template-tag'
import { validate } from 'uuid'
import type { Transaction } from '../db/transaction.ts'
import { nextRecords, ofImport, placeAfter } from './work.ts'
import type { Batch, Progress, Waiting } from './work.ts'

const batchSize = 500

/**
 * Says who the people in the file are here. It is the person who brings it, where the file names an account that is
 * proven to be theirs; anybody else only if the file is trusted. Otherwise it is a placeholder of this workspace,
 * so that nobody is made to say what they did not.
 */
export async function settlePeople(batch: Batch): Promise<Progress> {
  const { tx, work } = batch
  const rows = await nextRecords(batch, 'person', batchSize)
  const known = work.trusted ? await usersThatAre(tx, rows) : new Set<string>()
  const identityOf = ({ record, externalId }: Waiting<'person'>) =>
    record.identity ?? `${work.source}/${externalId}`
  const settled = new Map<string, string>()
  const strangers: Waiting<'person'>[] = []
  for (const row of rows) {
    const { identity, userId } = row.record
    if (identity !== null && work.identities.includes(identity)) settled.set(row.externalId, work.createdById)
    else if (userId !== null && known.has(userId)) settled.set(row.externalId, userId)
    else strangers.push(row)
  }
  const placeholders = await placeholdersFor(
    batch,
    new Map(strangers.map((row) => [identityOf(row), row.record.name])),
  )
  for (const row of strangers) {
    const userId = placeholders.get(identityOf(row))
    if (userId !== undefined) settled.set(row.externalId, userId)
  }
  tx.send(sql`
    update import_records r set target_id = settled.user_id
    from unnest(${[...settled.keys()]}::text[], ${[...settled.values()]}::uuid[]) as settled (external_id, user_id)
    where r.workspace_id = ${work.workspaceId} and r.import_id = ${work.importId}::uuid and r.kind = 'person'
      and r.external_id = settled.external_id`)
  return { after: placeAfter(rows), handled: rows.length }
}

/** Which of the ids in the file are users of ours. */
async function usersThatAre(tx: Transaction, rows: Waiting<'person'>[]): Promise<Set<string>> {
  const ids = rows.map(({ record }) => record.userId).filter((id) => id !== null && validate(id))
  const users = await tx.query<{ id: string }>(sql`select id from users where id = any(${ids}::uuid[])`)
  return new Set(users.map(({ id }) => id))
}

/** The placeholders of this workspace for these identities, made where there are none; by identity. */
async function placeholdersFor(
  { tx, work: { workspaceId }, tracker, now }: Batch,
  names: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const found = await tx.query<{ identity: string; userId: string }>(sql`
    select identity, user_id as "userId" from placeholders
    where workspace_id = ${workspaceId} and identity = any(${[...names.keys()]}::text[])
    order by identity for share`)
  const placeholders = new Map(found.map(({ identity, userId }) => [identity, userId]))
  const missing = [...names]
    .filter(([identity]) => !placeholders.has(identity))
    .map(([identity, name]) => ({ identity, name, id: tracker.newId() }))
  if (missing.length === 0) return placeholders
  const ids = missing.map(({ id }) => id)
  // Nobody is shown like somebody who is here: a file may give any name to anybody.
  tx.send(sql`
    insert into users (id, name, created_at)
    select id, name || ' (imported)', ${now}::timestamptz
    from unnest(${ids}::uuid[], ${missing.map(({ name }) => name)}::text[]) as fresh (id, name)`)
  tx.send(sql`
    insert into placeholders (workspace_id, identity, user_id, name, created_at)
    select ${workspaceId}, identity, id, name, ${now}::timestamptz
    from unnest(${missing.map(({ identity }) => identity)}::text[], ${ids}::uuid[],
      ${missing.map(({ name }) => name)}::text[]) as fresh (identity, id, name)`)
  for (const { identity, id } of missing) placeholders.set(identity, id)
  return placeholders
}

/**
 * Who the people of these records are now, by external id; null is whoever brings the file. Their rows are locked against
 * a merge until the batch is committed, as an operation locks its caller's.
 */
export async function findPeople(
  { tx, work }: Batch,
  externalIds: readonly (string | null)[],
): Promise<(externalId: string | null) => string | null> {
  const names = [...new Set(externalIds.filter((id) => id !== null))]
  const settled = await tx.query<{ externalId: string; userId: string | null }>(sql`
    select external_id as "externalId", target_id as "userId" from import_records
    where ${ofImport(work)} and kind = 'person' and external_id = any(${names}::text[])`)
  const userOf = new Map(settled.map(({ externalId, userId }) => [externalId, userId]))
  const ids = [...new Set([work.createdById, ...userOf.values()].filter((id) => id !== null))]
  tx.send(sql`select 1 from users where id = any(${ids}::uuid[]) order by id for key share`)
  // A statement of its own: the one that waited for the locks sees other rows as they were before the wait.
  const merged = await tx.query<{ id: string; now: string }>(sql`
    select id, merged_into_id as now from users where id = any(${ids}::uuid[]) and merged_into_id is not null`)
  const mergedInto = new Map(merged.map(({ id, now }) => [id, now]))
  return (externalId) => {
    const userId = externalId === null ? work.createdById : userOf.get(externalId)
    return userId == null ? null : (mergedInto.get(userId) ?? userId)
  }
}
