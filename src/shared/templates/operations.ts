import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { isDuplicate } from '../db/failures.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { findLabels } from '../labels/find-labels.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Subject } from '../policy.ts'
import { findTemplate } from './queries.ts'
import {
  ChangeTemplate,
  CreateTemplate,
  OrderTemplates,
  Template,
  TemplateId,
  Templates,
  templatesPerWorkspace,
} from './schema.ts'
import type { TemplateChange } from './schema.ts'

const missing = 'There is no template with this id, or it was deleted.'

/** Adds a template behind the others. Throws `conflict` for a name that is taken, `invalid` for an unknown label. */
export const createTemplate = operation({
  name: 'createTemplate',
  summary: 'Add a template for issues',
  access: 'template.manage',
  input: CreateTemplate,
  output: Template,
  async run({ tx, tracker, workspace, input }) {
    const id = tracker.newId()
    const { labels, ...rest } = input
    const labelIds = await findLabels(tx, workspace.id, labels)
    const others = await lockTemplates(tx, workspace.id)
    if (others.length >= templatesPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${templatesPerWorkspace} templates. Change one that is there, or delete it.`,
      )
    }
    await refusingTakenName(input.name, () => insertTemplate(tx, workspace.id, { id, ...rest, labelIds }))
    return {
      result: shown(tx, workspace.id, id),
      event: { type: 'template.created', subjectId: id, changes: changesOf({}, input) },
    }
  },
})

/** Changes any part of a template; its questions are replaced as a whole. Issues filed with it stay as they are. */
export const changeTemplate = operation({
  name: 'changeTemplate',
  summary: 'Change a template',
  access: 'template.manage',
  input: ChangeTemplate,
  output: Template,
  subject: lockTemplate,
  missing,
  async run({ tx, workspace, input: { id, ...change }, subject: { before } }) {
    const changes = changesOf(before, change)
    if (Object.keys(changes).length > 0) {
      const after = { ...before, ...withoutUndefined(change) }
      const labelIds = await findLabels(tx, workspace.id, after.labels)
      await refusingTakenName(after.name, () =>
        tx.query(sql`
          update templates set name = ${after.name}, description = ${after.description},
            title_placeholder = ${after.titlePlaceholder}, label_ids = ${labelIds}::uuid[],
            priority = ${after.priority}::priority, fields = ${JSON.stringify(after.fields)}::jsonb
          where workspace_id = ${workspace.id} and id = ${id}`),
      )
    }
    return {
      result: shown(tx, workspace.id, id),
      event: Object.keys(changes).length === 0 ? null : { type: 'template.changed', subjectId: id, changes },
    }
  },
})

/** Deletes a template for good. Issues filed with it stay as they are. */
export const deleteTemplate = operation({
  name: 'deleteTemplate',
  summary: 'Delete a template',
  access: 'template.manage',
  input: z.strictObject({ id: TemplateId }),
  output: z.null(),
  subject: lockTemplate,
  missing,
  async run({ tx, workspace, input: { id }, subject: { before } }) {
    tx.send(sql`delete from templates where workspace_id = ${workspace.id} and id = ${id}`)
    return {
      result: null,
      event: {
        type: 'template.deleted',
        subjectId: id,
        changes: { name: { before: before.name, after: null } },
      },
    }
  },
})

/** Puts the templates of a workspace into an order. Throws `conflict` when they are not just those that there are. */
export const orderTemplates = operation({
  name: 'orderTemplates',
  summary: 'Change the order of the templates',
  access: 'template.manage',
  input: OrderTemplates,
  output: Templates,
  async run({ tx, workspace, input: { ids } }) {
    const before = await lockTemplates(tx, workspace.id)
    if (JSON.stringify(before.toSorted()) !== JSON.stringify(ids.toSorted())) {
      throw new AppError(
        'conflict',
        'Name every template of the workspace once. They have been changed since you read them; read them again.',
      )
    }
    const changes = difference({ ids: before }, { ids })
    if (Object.keys(changes).length > 0) {
      tx.send(sql`
        update templates t set position = given.position from unnest(${ids}::uuid[]) with ordinality given (id, position)
        where t.workspace_id = ${workspace.id} and t.id = given.id`)
    }
    const data = Promise.all(ids.map((id) => shown(tx, workspace.id, id)))
    return {
      result: data.then((templates) => ({ data: templates })),
      event: Object.keys(changes).length === 0 ? null : { type: 'template.ordered', changes },
    }
  },
})

interface NewTemplate extends Omit<z.output<typeof CreateTemplate>, 'labels'> {
  id: string
  labelIds: string[]
}

/** Puts a template behind those that are there. */
function insertTemplate(
  tx: Transaction,
  workspaceId: number,
  { id, name, description, titlePlaceholder, labelIds, priority, fields }: NewTemplate,
): Promise<unknown> {
  return tx.query(sql`
    insert into templates (workspace_id, id, position, name, description, title_placeholder, label_ids, priority, fields)
    select ${workspaceId}::int, ${id}::uuid, coalesce(max(position), 0) + 1, ${name}, ${description}, ${titlePlaceholder},
      ${labelIds}::uuid[], ${priority}::priority, ${JSON.stringify(fields)}::jsonb
    from templates where workspace_id = ${workspaceId}`)
}

async function refusingTakenName(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isDuplicate(error)) throw error
    throw new AppError('conflict', `There is a template “${name}” already. Choose another name.`)
  }
}

/** The ids of the templates in their order, under the workspace's lock: nobody adds, takes or moves one until the commit. */
async function lockTemplates(tx: Transaction, workspaceId: number): Promise<string[]> {
  tx.send(sql`select 1 from workspaces where id = ${workspaceId} for no key update`)
  const rows = await tx.query<{ id: string }>(sql`
    select id from templates where workspace_id = ${workspaceId} order by position, id`)
  return rows.map(({ id }) => id)
}

interface LockedTemplate extends Subject {
  before: Template
}

async function lockTemplate(
  { tx, workspace }: Scope<WorkspaceScope>,
  { id }: { id: string },
): Promise<LockedTemplate | null> {
  await lockTemplates(tx, workspace.id)
  const before = await findTemplate(tx, workspace.id, id)
  return before === null ? null : { before }
}

async function shown(tx: Transaction, workspaceId: number, id: string): Promise<Template> {
  const template = await findTemplate(tx, workspaceId, id)
  if (template === null) throw new Error('A template vanished inside its own transaction.')
  return template
}

/** Questions are told by their labels: an event has values, no structures. */
function changesOf(before: Partial<Template>, after: TemplateChange): Changes {
  const { fields, ...words } = after
  const changes = difference<Omit<Template, 'fields'>>(before, words)
  const [was, is] = [before.fields, fields].map((list) => list?.map((field) => JSON.stringify(sorted(field))))
  if (is === undefined || JSON.stringify(was ?? []) === JSON.stringify(is)) return changes
  return { ...changes, fields: { before: labelsOf(before.fields), after: labelsOf(fields) } }
}

function labelsOf(fields: Template['fields'] | undefined): string[] {
  return fields?.map(({ label }) => label) ?? []
}

/** PostgreSQL keeps the keys of an object in an order of its own. */
function sorted(field: object): unknown {
  return Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))
}

function withoutUndefined<T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as never // only what is undefined is gone
}
