import { z } from 'zod'
import { isDuplicate } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { operation } from '../operation.ts'
import { read } from '../read.ts'
import { CreateLabel, Label, Labels } from './schema.ts'

/** Labels in one workspace: few enough that a person can choose among them. */
const labelsPerWorkspace = 200

export const listLabels = read({
  name: 'listLabels',
  summary: 'List the labels of a workspace',
  action: 'issue.read',
  input: z.strictObject({}),
  output: Labels,
  statement: () => ({
    name: 'labels',
    answer: `select json_build_object('data', coalesce(json_agg(json_build_object('name', l.name, 'color', l.color)
      order by l.name collate "C"), '[]'))::text as body from labels l where l.workspace_id = access.workspace_id`,
    values: [],
  }),
})

/** Throws `conflict` when there is a label of that name, or when there are too many. */
export const createLabel = operation({
  name: 'createLabel',
  summary: 'Add a label to a workspace',
  access: 'label.manage',
  input: CreateLabel,
  output: Label,
  async run({ tx, tracker, workspace, input }) {
    // Under the workspace's lock, so that two at once cannot both be the last one.
    await tx.$queryRaw`select 1 from workspaces where id = ${workspace.id} for no key update`
    const count = await tx.label.count({ where: { workspaceId: workspace.id } })
    if (count >= labelsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${labelsPerWorkspace} labels. Delete one you do not need.`,
      )
    }
    try {
      await tx.label.create({
        data: { ...input, workspaceId: workspace.id, id: tracker.newId() },
        select: { id: true },
      })
    } catch (error) {
      if (!isDuplicate(error)) throw error
      throw new AppError('conflict', `There is a label “${input.name}” already.`)
    }
    return {
      result: input,
      event: { type: 'label.created', changes: { name: { before: null, after: input.name } } },
    }
  },
})
