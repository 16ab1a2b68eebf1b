import { z } from 'zod'
import { read } from '../read.ts'
import { Labels } from './schema.ts'

export const listLabels = read({
  name: 'listLabels',
  summary: 'List the labels of a workspace',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Labels,
  statement: () => ({
    name: 'labels',
    answer: `select json_build_object('data', coalesce(json_agg(json_build_object('id', l.id, 'name', l.name, 'color', l.color,
      'description', l.description)
      order by l.name collate "C"), '[]'))::text as body from labels l where l.workspace_id = access.workspace_id`,
    values: [],
  }),
})
