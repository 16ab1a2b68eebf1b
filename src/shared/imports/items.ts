import sql from 'sql-template-tag'
import { issuesNumbered } from './work.ts'
import type { Batch } from './work.ts'

/** Something of the file as it is here. */
interface Item {
  /** Of the issue that it is or belongs to. */
  number: number
  commentId: string | null
  /** This import brought it. What was here before has gone on since, and is left as it is. */
  isFresh: boolean
}

/** What these external ids name here, if it is still there. */
export async function findItems(
  { tx, work: { workspaceId, importId, source } }: Batch,
  externalIds: readonly (string | null)[],
): Promise<(externalId: string | null) => Item | null> {
  const names = [...new Set(externalIds.filter((id) => id !== null))]
  const found = await tx.query<Item & { externalId: string }>(sql`
    select external_id as "externalId", issue_number as number, comment_id as "commentId",
      import_id = ${importId}::uuid as "isFresh"
    from import_items
    where workspace_id = ${workspaceId} and source = ${source} and external_id = any(${names}::text[])`)
  const numbers = [...new Set(found.map(({ number }) => number))]
  const there = await tx.query<{ number: number }>(sql`
    select i.number from issues i where ${issuesNumbered({ workspaceId }, numbers)}`)
  const isThere = new Set(there.map(({ number }) => number))
  const items = new Map(found.map((item) => [item.externalId, item]))
  return (externalId) => {
    const item = externalId === null ? undefined : items.get(externalId)
    return item !== undefined && isThere.has(item.number) ? item : null
  }
}
