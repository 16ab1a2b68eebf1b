import type { ClientBase } from 'pg'

export interface DataSize {
  issues: number
  users: number
}

/** Everything below that looks random comes from this seed, so that every run measures the same data. */
const seed = 0.42

/** Labels of a tracker in use, besides the three that every workspace begins with. */
const moreLabels = [
  'android',
  'api',
  'crash',
  'good first issue',
  'ios',
  'performance',
  'question',
  'security',
  'web',
]

/**
 * Fills *home*, which must exist and be empty, as a community of some years would have: a few people file
 * most issues, one in seven is a guest, old issues are mostly done, most carry a label or two, and descriptions have
 * between a line and a page, with quotes, line breaks and letters beyond ASCII. All of it is made by the server.
 */
export async function fillDatabase(
  db: ClientBase,
  workspaceId: number,
  { issues, users }: DataSize,
): Promise<void> {
  await db.query('select setseed($1)', [seed])
  await db.query(
    `insert into users (id, clerk_id, discord_id, name, first_name, last_name, username, image_url, clerk_checked_at)
     select gen_random_uuid(), case when not guest then 'user_bench' || n end,
       case when guest then (800000000000000000 + n)::text end,
       'Person ' || n || ' Ångström', 'Person ' || n, 'Ångström', 'person' || n,
       'https://img.clerk.com/' || encode(sha256(n::text::bytea), 'base64'), case when not guest then now() end
     from (select n, n % 7 = 0 as guest from generate_series(1, $1::int) n) people`,
    [users],
  )
  await db.query(
    `insert into labels (workspace_id, id, name, color)
     select $1, gen_random_uuid(), name, '#0e8a16' from unnest($2::text[]) name`,
    [workspaceId, moreLabels],
  )
  await db.query(
    `with people as (select array_agg(id order by id) as ids, count(*)::int as count from users where name like 'Person %')
     insert into issues (workspace_id, number, title, description, status, author_id, version, created_at, updated_at, closed_at, deleted_at)
     select $1, n, 'Login “loops” on browser number ' || n || ', again',
       left(repeat(E'It asks me to "sign in" again, forever — größe und Maß.\\n\\n1. Open the page\\n2. Look away\\n', 20), (60 + 1600 * power(luck, 3))::int),
       status::issue_status, people.ids[1 + floor(people.count * power(random(), 3))::int], 1 + floor(4 * random())::int,
       filed, filed + interval '3 hours', case when status in ('done', 'canceled') then filed + interval '2 days' end,
       case when n % 100 = 50 then now() end
     from people, (
       select n, random() as luck, now() - ($2::int - n) * interval '10 minutes' as filed,
         case when random() < 0.9 * (1 - n / $2::float) + 0.05 then case when random() < 0.85 then 'done' else 'canceled' end
           else (array['backlog', 'backlog', 'backlog', 'todo', 'todo', 'inprogress'])[1 + floor(6 * random())::int] end as status
       from generate_series(1, $2::int) n) issue`,
    [workspaceId, issues],
  )
  await db.query(
    `with choice as (select array_agg(id order by name) as ids, count(*)::int as count from labels where workspace_id = $1)
     insert into issue_labels (workspace_id, issue_number, label_id)
     select distinct $1::int, n, choice.ids[1 + floor(choice.count * power(random(), 2))::int]
     from choice, generate_series(1, $2::int) n, generate_series(0, (n * 7919) % 4) nth where nth > 0`,
    [workspaceId, issues],
  )
  await db.query(
    `insert into events (id, workspace_id, issue_number, type, actor_id, door, changes, created_at, position)
     select gen_random_uuid(), workspace_id, number, 'issue.created', author_id, 'api',
       jsonb_build_object('title', jsonb_build_object('before', null, 'after', title)), created_at, number
     from issues where workspace_id = $1`,
    [workspaceId],
  )
  await db.query('update workspaces set last_issue_number = $2 where id = $1', [workspaceId, issues])
  await db.query('vacuum (analyze)')
  await db.query('checkpoint')
}
