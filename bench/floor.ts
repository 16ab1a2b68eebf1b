import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import { serve } from './server-process.ts'

// The floor: what Hono and pg need to answer the same JSON fields, as fast as plain code of that kind can be, with one
// named prepared statement for each route. No authentication, validation, membership, events or entity tags. Measured
// and chosen: an author in columns of its own costs less than one as JSON, and so do times that PostgreSQL
// writes than ones that become a Date and a text again.

const home = 1

function iso(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

const columns = `i.number, 'SNAG-' || i.number as reference, i.title, i.description, i.status,
  array(select l.name from issue_labels il join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
    where il.workspace_id = i.workspace_id and il.issue_number = i.number order by l.name) as labels,
  u.id as author_id, u.name as author_name, u.image_url as author_image_url,
  coalesce(u.clerk_id, 'discord:' || u.discord_id) as author_account, u.clerk_id is null as author_guest,
  i.version, ${iso('i.created_at')} as created_at, ${iso('i.updated_at')} as updated_at, ${iso('i.closed_at')} as closed_at`

const selectIssues = `select ${columns} from issues i join users u on u.id = i.author_id
  where i.workspace_id = ${home} and i.deleted_at is null`

const labelled = `i.number in (select il.issue_number from labels l
  join issue_labels il on il.workspace_id = l.workspace_id and il.label_id = l.id where l.workspace_id = ${home} and l.name = $2)`

const statements = {
  one: `${selectIssues} and i.number = $1`,
  list: `${selectIssues} and i.number < $1 order by i.number desc limit 25`,
  listByStatus: `${selectIssues} and i.number < $1 and i.status = $2 order by i.number desc limit 25`,
  listByLabel: `${selectIssues} and i.number < $1 and ${labelled} order by i.number desc limit 25`,
  create: `with numbered as (
      update workspaces set last_issue_number = last_issue_number + 1 where id = ${home} returning last_issue_number as number),
    i as (
      insert into issues (workspace_id, number, title, description, status, author_id, created_at, updated_at)
      select ${home}, number, $1, $2, 'backlog', $3, now(), now() from numbered returning *),
    labelled as (
      insert into issue_labels (workspace_id, issue_number, label_id)
      select ${home}, i.number, l.id from i, labels l where l.workspace_id = ${home} and l.name = any ($4) returning label_id)
    select ${columns.replace(/array\(.*?\) as labels/s, '$4::text[] as labels')} from i join users u on u.id = i.author_id`,
}

interface Row {
  number: number
  reference: string
  title: string
  description: string
  status: string
  labels: string[]
  author_id: string
  author_name: string
  author_image_url: string | null
  author_account: string
  author_guest: boolean
  version: number
  created_at: string
  updated_at: string
  closed_at: string | null
}

function issueOf(row: Row) {
  return {
    number: row.number,
    reference: row.reference,
    title: row.title,
    description: row.description,
    status: row.status,
    labels: row.labels,
    author: {
      id: row.author_id,
      name: row.author_name,
      imageUrl: row.author_image_url,
      account: row.author_account,
      guest: row.author_guest,
    },
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
  }
}

interface NewIssue {
  title: string
  description: string
  labels: string[]
}

await serve(async ({ databaseUrl, maxConnections, authorId }) => {
  const pool = new Pool({ connectionString: databaseUrl, max: maxConnections })
  const ask = async (name: keyof typeof statements, values: unknown[]) =>
    (await pool.query<Row>({ name, text: statements[name], values })).rows.map(issueOf)

  const app = new Hono()
  app.get('/issues/:number', async (c) => {
    const [issue] = await ask('one', [c.req.param('number')])
    return issue === undefined ? c.notFound() : c.json(issue)
  })
  app.get('/issues', async (c) => {
    const { after = '2147483647', status, label } = c.req.query()
    if (status !== undefined) return c.json(await ask('listByStatus', [after, status]))
    if (label !== undefined) return c.json(await ask('listByLabel', [after, label]))
    return c.json(await ask('list', [after]))
  })
  app.post('/issues', async (c) => {
    const { title, description, labels } = await c.req.json<NewIssue>()
    const [issue] = await ask('create', [title, description, authorId, labels])
    return c.json(issue, 201)
  })

  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port // a TCP server's address, once it listens
})
