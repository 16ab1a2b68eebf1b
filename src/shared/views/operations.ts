import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { parsedOrRefused } from '../issues/list.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import { missingView, presentView } from './queries.ts'
import { ChangeView, CreateView, OfView, SavedView } from './schema.ts'
import type { ViewGrouping, ViewLayout } from './schema.ts'

/** Views in one workspace that are somebody's own, and those that are shared: few enough to choose among. */
const viewsPerPerson = 100
export const sharedViews = 100

interface ViewFields {
  name: string
  query: string
  shared: boolean
  layout: ViewLayout
  groupBy: ViewGrouping | null
}

/** A view, locked until the operation ends. */
interface LockedView extends ViewFields {
  id: string
  authorId: string
}

/** Throws `invalid` for a query that is not understood, `conflict` when there are too many views. */
export const createView = operation({
  name: 'createView',
  summary: 'Save a query as a view',
  access: (_none, { shared }) => (shared ? ['view.save', 'view.share'] : ['view.save']),
  input: CreateView,
  output: SavedView,
  async run({ tx, tracker, actor, workspace, now, input }) {
    parsedOrRefused(input.query, 'query')
    await assertRoom(tx, workspace.id, { shared: input.shared, ownerId: actor.userId })
    const id = tracker.newId()
    tx.send(sql`
      insert into saved_views (workspace_id, id, owner_id, name, query, shared, layout, group_by, created_at, updated_at)
      values (${workspace.id}, ${id}, ${actor.userId}, ${input.name}, ${input.query}, ${input.shared}, ${input.layout},
        ${input.groupBy}, ${now}, ${now})`)
    return {
      result: await presentView(tx, workspace.id, id),
      event: { type: 'view.created', subjectId: id, changes: told(null, input) },
    }
  },
})

/**
 * Changes a view, which only its owner may, and one that is shared only whoever may share. Throws `invalid` for a query that
 * is not understood, `conflict` when too many are shared already.
 */
export const changeView = operation({
  name: 'changeView',
  summary: 'Change a saved view',
  access: (view: LockedView, input) =>
    view.shared || input.shared === true ? ['view.change', 'view.share'] : ['view.change'],
  input: ChangeView,
  output: SavedView,
  subject: lockView,
  missing: missingView,
  async run({ tx, workspace, now, input: { viewId: id, ...input }, subject: view }) {
    const changes = difference<ViewFields>(view, input)
    if (Object.keys(changes).length === 0) {
      return { result: await presentView(tx, workspace.id, id), event: null }
    }
    const after: ViewFields = {
      name: input.name ?? view.name,
      query: input.query ?? view.query,
      shared: input.shared ?? view.shared,
      layout: input.layout ?? view.layout,
      groupBy: input.groupBy === undefined ? view.groupBy : input.groupBy,
    }
    parsedOrRefused(after.query, 'query')
    if (after.shared !== view.shared) {
      await assertRoom(tx, workspace.id, { shared: after.shared, ownerId: view.authorId })
    }
    tx.send(sql`
      update saved_views set name = ${after.name}, query = ${after.query}, shared = ${after.shared},
        layout = ${after.layout}, group_by = ${after.groupBy}, updated_at = ${now}
      where workspace_id = ${workspace.id} and id = ${id}`)
    return {
      result: await presentView(tx, workspace.id, id),
      event: { type: 'view.changed', subjectId: id, changes: told(view, after) },
    }
  },
})

/** Its owner may delete a view, and an admin one that is shared. */
export const deleteView = operation({
  name: 'deleteView',
  summary: 'Delete a saved view',
  access: 'view.delete',
  input: OfView,
  output: z.null(),
  subject: lockView,
  missing: missingView,
  async run({ tx, workspace, subject: view }) {
    tx.send(sql`delete from saved_views where workspace_id = ${workspace.id} and id = ${view.id}`)
    return {
      result: null,
      event: { type: 'view.deleted', subjectId: view.id, changes: told(view, null) },
    }
  },
})

/** Somebody else's own view is not there for anybody, whatever they may do here. */
async function lockView(
  { tx, actor, workspace }: Scope<WorkspaceScope>,
  { viewId }: { viewId: string },
): Promise<LockedView | null> {
  const [view] = await tx.query<LockedView>(sql`
    select id, owner_id as "authorId", name, query, shared, layout, group_by as "groupBy" from saved_views
    where workspace_id = ${workspace.id} and id = ${viewId} and (shared or owner_id = ${actor.userId}) for update`)
  return view ?? null
}

/** Throws `conflict` when there are as many as there may be. */
async function assertRoom(
  tx: Transaction,
  workspaceId: number,
  { shared, ownerId }: { shared: boolean; ownerId: string },
): Promise<void> {
  // Under the workspace's lock, so that two at once cannot both be the last one.
  tx.send(sql`select 1 from workspaces where id = ${workspaceId} for no key update`)
  const others = await tx.query(
    shared
      ? sql`select 1 from saved_views where workspace_id = ${workspaceId} and shared`
      : sql`select 1 from saved_views where workspace_id = ${workspaceId} and owner_id = ${ownerId} and not shared`,
  )
  if (others.length < (shared ? sharedViews : viewsPerPerson)) return
  throw new AppError(
    'conflict',
    shared
      ? `A workspace shares at most ${sharedViews} views. Delete one that nobody needs.`
      : `You have ${viewsPerPerson} views of your own here already. Delete one that you do not need.`,
  )
}

/** What everybody may know of a change: of a view that is somebody's own, nothing but that it was there. */
function told(before: ViewFields | null, after: ViewFields | null): Changes {
  const shown = ({ name, query, shared, layout, groupBy }: ViewFields) => ({
    name,
    query,
    shared,
    layout,
    groupBy,
  })
  const was = before?.shared === true ? shown(before) : {}
  const is = after?.shared === true ? shown(after) : {}
  if (before?.shared === true && after?.shared === false) return { shared: { before: true, after: false } }
  if (after === null && before?.shared === true) return { name: { before: before.name, after: null } }
  return difference<ViewFields>(was, is)
}
