import sql from 'sql-template-tag'
import type { Transaction } from '../db/transaction.ts'
import { findLabels } from '../labels/find-labels.ts'

/** Gives an issue these labels and no others. Throws `invalid` for one that the workspace does not have. */
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
