import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import type { Queryable } from '../db/transaction.ts'
import { read } from '../read.ts'
import { Templates } from './schema.ts'
import type { Template } from './schema.ts'

/** What is shown of the template `t`. */
const templateJson = `json_build_object('id', t.id, 'name', t.name, 'description', t.description,
  'titlePlaceholder', t.title_placeholder, 'labels', array(select l.name from labels l
    where l.workspace_id = t.workspace_id and l.id = any(t.label_ids) order by l.name collate "C"),
  'priority', t.priority, 'fields', t.fields)`

export const listTemplates = read({
  name: 'listTemplates',
  summary: 'List the templates for issues, in the order they are offered',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Templates,
  statement: () => ({
    name: 'templates',
    answer: `select json_build_object('data', coalesce(json_agg(${templateJson} order by t.position, t.id), '[]'))::text as body
      from templates t where t.workspace_id = access.workspace_id`,
    values: [],
  }),
})

/** A template as it is inside a transaction; null when there is none. */
export async function findTemplate(tx: Queryable, workspaceId: number, id: string): Promise<Template | null> {
  const [row] = await tx.query<{ template: Template }>(sql`
    select ${raw(templateJson)} as template from templates t where t.workspace_id = ${workspaceId} and t.id = ${id}`)
  return row?.template ?? null
}
