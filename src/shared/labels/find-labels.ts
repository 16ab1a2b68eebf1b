import sql from 'sql-template-tag'
import type { Queryable } from '../db/transaction.ts'
import { AppError } from '../errors.ts'

/** The labels of these names. Throws `invalid` for one that the workspace does not have. */
export async function findLabels(
  tx: Queryable,
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
