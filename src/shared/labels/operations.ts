import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { isDuplicate } from '../db/failures.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Subject } from '../policy.ts'
import { ChangeLabel, CreateLabel, Label, LabelId } from './schema.ts'

/** Labels in one workspace: few enough that a person can choose among them. */
export const labelsPerWorkspace = 200

const missing = 'There is no label with this id, or it was deleted.'

/** Throws `conflict` when there is a label of that name, whatever its case, or when there are too many. */
export const createLabel = operation({
  name: 'createLabel',
  summary: 'Add a label to a workspace',
  access: 'label.manage',
  input: CreateLabel,
  output: Label,
  async run({ tx, tracker, workspace, input }) {
    // Under the workspace's lock, so that two at once cannot both be the last one.
    lockLabels(tx, workspace.id)
    const others = await tx.query(sql`select 1 from labels where workspace_id = ${workspace.id}`)
    if (others.length >= labelsPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${labelsPerWorkspace} labels. Choose one that is there.`,
      )
    }
    const label = { id: tracker.newId(), ...input }
    await refusingTakenName(label.name, () =>
      tx.query(sql`
        insert into labels (workspace_id, id, name, color, description)
        values (${workspace.id}, ${label.id}, ${label.name}, ${label.color}, ${label.description})`),
    )
    return {
      result: label,
      event: { type: 'label.created', subjectId: label.id, changes: difference({}, input) },
    }
  },
})

/** Changes a label; every issue keeps it, under its new name. Throws `conflict` for a name that is taken. */
export const changeLabel = operation({
  name: 'changeLabel',
  summary: 'Change a label',
  access: 'label.manage',
  input: ChangeLabel,
  output: Label,
  subject: lockLabel,
  missing,
  async run({ tx, workspace, input: { id, name, color, description }, subject: { before } }) {
    const changes = difference(before, { name, color, description })
    const after = {
      id,
      name: name ?? before.name,
      color: color ?? before.color,
      description: description ?? before.description,
    }
    if (Object.keys(changes).length === 0) return { result: after, event: null }
    await refusingTakenName(after.name, () =>
      tx.query(sql`
        update labels set name = ${after.name}, color = ${after.color}, description = ${after.description}
        where workspace_id = ${workspace.id} and id = ${id}`),
    )
    return { result: after, event: { type: 'label.changed', subjectId: id, changes } }
  },
})

/** Deletes a label, and takes it off every issue and template. One event tells of all of them. */
export const deleteLabel = operation({
  name: 'deleteLabel',
  summary: 'Delete a label',
  access: 'label.manage',
  input: z.strictObject({ id: LabelId }),
  output: z.null(),
  subject: lockLabel,
  missing,
  async run({ tx, workspace, input: { id }, subject: { before } }) {
    const removed = tx.query(sql`
      delete from issue_labels where workspace_id = ${workspace.id} and label_id = ${id} returning issue_number`)
    tx.send(sql`
      update templates set label_ids = array_remove(label_ids, ${id}::uuid)
      where workspace_id = ${workspace.id} and ${id}::uuid = any(label_ids)`)
    tx.send(sql`delete from labels where workspace_id = ${workspace.id} and id = ${id}`)
    const { length: issues } = await removed
    return {
      result: null,
      event: {
        type: 'label.deleted',
        subjectId: id,
        changes: { name: { before: before.name, after: null }, issues: { before: issues, after: 0 } },
      },
    }
  },
})

function lockLabels(tx: Transaction, workspaceId: number): void {
  tx.send(sql`select 1 from workspaces where id = ${workspaceId} for no key update`)
}

interface LockedLabel extends Subject {
  before: Label
}

async function lockLabel(
  { tx, workspace }: Scope<WorkspaceScope>,
  { id }: { id: string },
): Promise<LockedLabel | null> {
  lockLabels(tx, workspace.id)
  const [before] = await tx.query<Label>(sql`
    select id, name, color, description from labels where workspace_id = ${workspace.id} and id = ${id} for update`)
  return before === undefined ? null : { before }
}

async function refusingTakenName(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new AppError('conflict', `There is a label “${name}” already, or one that differs in case only.`)
  }
}
