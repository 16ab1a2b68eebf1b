import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { isoTime } from '../db/fields.ts'
import { pageOf } from '../db/sql.ts'
import type { Transaction } from '../db/transaction.ts'
import { presentUser } from '../identity/queries.ts'
import { read } from '../read.ts'
import { Block, BlockPage, ListBlocks } from './schema.ts'

/** What is shown of a block `b`. */
const blockJson = `json_build_object('user', ${presentUser('b.user_id')}, 'by', ${presentUser('b.by_id')},
  'reason', b.reason, 'createdAt', ${isoTime('b.created_at')})`

/** The block as it is now, for the operation that made it. */
export async function presentBlock(tx: Transaction, workspaceId: number, userId: string): Promise<Block> {
  const [row] = await tx.query<{ block: Block }>(sql`
    select ${raw(blockJson)} as block from blocks b where b.workspace_id = ${workspaceId} and b.user_id = ${userId}`)
  if (row === undefined) throw new Error('A block vanished while it was being made.')
  return row.block
}

export const listBlocks = read({
  name: 'listBlocks',
  summary: 'List the people who were blocked',
  action: 'person.block',
  input: ListBlocks,
  output: BlockPage,
  listOf: () => [],
  place: z.uuid(),
  statement: ({ limit }, after) => ({
    name: 'blocks',
    answer: pageOf(
      `select b.user_id as place, ${blockJson} as element from blocks b
        where b.workspace_id = access.workspace_id and b.user_id > $4::uuid order by b.user_id limit $3 + 1`,
      '$3',
    ),
    values: [limit, after ?? '00000000-0000-0000-0000-000000000000'],
  }),
})
