import sql from 'sql-template-tag'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'

/**
 * Until the commit nobody else changes what there is at most so many of in the workspace, such as labels, or who somebody
 * is there. Filing waits for it, too: it takes its number under the same lock.
 */
export function lockWorkspace({
  tx,
  workspace,
}: {
  tx: Transaction
  workspace: Pick<WorkspaceScope, 'id'>
}): void {
  tx.send(sql`select 1 from workspaces where id = ${workspace.id} for no key update`)
}
