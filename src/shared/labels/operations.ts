import { isDuplicate } from '../db/failures.ts'
import { AppError } from '../errors.ts'
import { operation } from '../operation.ts'
import { CreateLabel, Label } from './schema.ts'

/** Labels in one workspace: few enough that a person can choose among them. */
const labelsPerWorkspace = 200

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
        `A workspace has at most ${labelsPerWorkspace} labels. Choose one that is there.`,
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
