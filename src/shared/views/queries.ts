import sql, { raw } from 'sql-template-tag'
import { z } from 'zod'
import { composed } from '../composed.ts'
import { Moment, asJson } from '../db/fields.ts'
import type { Queryable } from '../db/transaction.ts'
import { presentUser } from '../identity/queries.ts'
import { listIssues } from '../issues/list.ts'
import { IssuePage, ListIssues } from '../issues/schema.ts'
import { read } from '../read.ts'
import { OfView, SavedView, SavedViews } from './schema.ts'

export const missingView = 'There is no view with this id, or it is somebody’s own, or it was deleted.'

const viewJson = asJson({
  id: 'v.id',
  name: 'v.name',
  query: 'v.query',
  shared: 'v.shared',
  layout: 'v.layout',
  groupBy: 'v.group_by',
  owner: presentUser('v.owner_id'),
  createdAt: new Moment('v.created_at'),
  updatedAt: new Moment('v.updated_at'),
})

/** The caller's own, and those that are shared. */
const visible = 'v.workspace_id = access.workspace_id and (v.shared or v.owner_id = access.user_id)'

export const listViews = read({
  name: 'listViews',
  summary: 'List the saved views that are shared, and your own',
  action: 'issue.read',
  input: z.strictObject({}),
  output: SavedViews,
  statement: () => ({
    name: 'views',
    answer: `select json_build_object('data', coalesce(json_agg(${viewJson} order by v.shared desc, lower(v.name), v.id), '[]'))::text
      as body from saved_views v where ${visible}`,
    values: [],
  }),
})

export const getView = read({
  name: 'getView',
  summary: 'Read a saved view',
  action: 'issue.read',
  input: OfView,
  output: SavedView,
  missing: missingView,
  statement: ({ viewId }) => ({
    name: 'view',
    answer: `select ${viewJson}::text as body from saved_views v where ${visible} and v.id = $3::uuid`,
    values: [viewId],
  }),
})

/** The issues that a view's query names for the caller: `@me` is whoever looks. Throws like `listIssues`. */
export const listViewIssues = composed({
  kind: 'read',
  name: 'listViewIssues',
  summary: 'List the issues of a saved view',
  input: OfView.extend(ListIssues.pick({ limit: true, cursor: true }).shape),
  output: IssuePage,
  async run(ctx, { viewId, ...page }) {
    const { query } = (await getView(ctx, { viewId })).value
    return listIssues(ctx, { ...page, q: query })
  },
})

/** A view as it is now, for the operation that changed it. */
export async function presentView(db: Queryable, workspaceId: number, id: string): Promise<SavedView> {
  const [row] = await db.query<{ view: SavedView }>(sql`
    select ${raw(viewJson)} as view from saved_views v where v.workspace_id = ${workspaceId} and v.id = ${id}`)
  if (row === undefined) throw new Error('A view vanished while it was being changed.')
  return row.view
}
