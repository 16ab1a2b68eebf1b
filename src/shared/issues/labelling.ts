import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'

/** The labels of these names. Throws `invalid` for one that the workspace does not have. */
export async function findLabels(
  tx: Transaction,
  workspaceId: number,
  names: readonly string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const labels = await tx.query<{ id: string; name: string }>(sql`
    select id, name from labels where workspace_id = ${workspaceId} and name = any(${names})`)
  const unknown = names.filter((name) => !labels.some((label) => label.name === name))
  if (unknown.length === 0) return labels.map(({ id }) => id)
  const message = `There is no label ${unknown.map((name) => `“${name}”`).join(', ')} in this workspace.`
  throw new AppError('invalid', message, { problems: [{ path: 'labels', message }] })
}

export async function putLabels(
  tx: Transaction,
  workspaceId: number,
  issueNumber: number,
  names: string[],
): Promise<void> {
  const labelIds = await findLabels(tx, workspaceId, names)
  tx.send(sql`
    delete from issue_labels
    where workspace_id = ${workspaceId} and issue_number = ${issueNumber} and label_id <> all(${labelIds}::uuid[])`)
  tx.send(sql`
    insert into issue_labels (workspace_id, issue_number, label_id)
    select workspace_id, ${issueNumber}::int, id from labels
    where workspace_id = ${workspaceId} and id = any(${labelIds}::uuid[])
    on conflict do nothing`)
}
