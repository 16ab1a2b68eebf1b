import sql from 'sql-template-tag'
import { isDuplicate } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { operation } from '../operation.ts'
import { CreateLabel, Label } from './schema.ts'

/** Labels in one workspace: few enough that a person can choose among them. */
export const labelsPerWorkspace = 200

/** Throws `conflict` when there is a label of that name, or when there are too many. */
export const createLabel = operation({
  name: 'createLabel',
  summary: 'Add a label to a workspace',
  access: 'label.manage',
  input: CreateLabel,
  output: Label,
  async run({ tx, tracker, workspace, input }) {
    // Under the workspace's lock, so that two at once cannot both be the last one.
    tx.send(sql`select 1 from workspaces where id = ${workspace.id} for no key update`)
    const others = await tx.query(sql`select 1 from labels where workspace_id = ${workspace.id}`)
    if (others.length >= labelsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${labelsPerWorkspace} labels. Choose one that is there.`,
      )
    }
    try {
      await tx.query(sql`
        insert into labels (workspace_id, id, name, color)
        values (${workspace.id}, ${tracker.newId()}, ${input.name}, ${input.color})`)
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
