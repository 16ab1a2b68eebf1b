import type { ClientBase } from 'pg'
import { dropPhrases, writePhrases } from './words.ts'

export interface DataSize {
  issues: number
  users: number
}

/** Everything below that looks random comes from this seed, so that every run measures the same data. */
const seed = 0.42
/** Workspaces besides *home*, which has half of all issues. */
const otherWorkspaces = 50

/** Labels, and on which share of the issues each is; every workspace begins with three of them. */
const labelShares: Record<string, number> = {
  bug: 0.4,
  feature: 0.25,
  web: 0.12,
  question: 0.08,
  documentation: 0.05,
  crash: 0.03,
  android: 0.02,
  ios: 0.01,
  performance: 0.005,
  security: 0.002,
  'good first issue': 0.001,
}

/**
 * Fills a database that has an empty *home* as a community of some years would: a few people file most issues, one in
 * seven is a guest, old issues are mostly done, and some are talked about a lot. All of it is made by the server. Texts
 * are words of `writePhrases`, with the signs and letters that make JSON longer.
 */
export async function fillDatabase(
  db: ClientBase,
  homeId: number,
  { issues, users }: DataSize,
): Promise<void> {
  await db.query('select setseed($1)', [seed])
  await db.query('set synchronous_commit = off')
  // All that follows refers to what was made before it: nothing needs to be looked up to be sure.
  await db.query('set session_replication_role = replica')
  const { count: phrases } = await writePhrases(db, issues)
  await db.query(
    `insert into workspaces (slug, key, name, visibility)
     select 'other-' || n, 'OTHER', 'Other ' || n, 'public' from generate_series(1, ${otherWorkspaces}) n`,
  )
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
    `create unlogged table bench_people as
     select row_number() over (order by id)::int - 1 as nth, id from users where name like 'Person %'`,
  )
  await db.query(
    `insert into labels (workspace_id, id, name, color)
     select w.id, gen_random_uuid(), label, '#0e8a16' from workspaces w, unnest($1::text[]) label
     on conflict do nothing`,
    [Object.keys(labelShares)],
  )
  await fillIssues(db, homeId, { issues, users, phrases })
  await fillAround(db, { users, phrases })
  await db.query(
    `update workspaces w set last_issue_number =
       (select coalesce(max(number), 0) from issues i where i.workspace_id = w.id)`,
  )
  await db.query('drop table bench_people')
  await dropPhrases(db)
  await db.query('vacuum (analyze)')
  await db.query('checkpoint')
}

/** Each text is a few phrases that its number decides on. */
function phrase(n: string, nth: number, phrases: number): string {
  return `(select words from bench_phrases where id = abs(hashint4(${n} * 8 + ${nth})::bigint) % ${phrases})`
}

async function fillIssues(
  db: ClientBase,
  homeId: number,
  { issues, users, phrases }: DataSize & { phrases: number },
): Promise<void> {
  await db.query(
    `insert into issues (workspace_id, number, title, description, status, priority, author_id, version,
       created_at, updated_at, closed_at, deleted_at, votes, comments)
     select workspace_id, number,
       (select words from bench_titles where id = abs(hashint4(n)::bigint) % $2),
       ${phrase('n', 0, phrases)} || E' — "größe", again.\\n\\n1. ' || ${phrase('n', 1, phrases)}
         || case when luck > 0.3 then E'\\n2. ' || ${phrase('n', 2, phrases)} else '' end
         || case when luck > 0.6 then E'\\n3. ' || ${phrase('n', 3, phrases)} || ' ' || ${phrase('n', 4, phrases)} else '' end,
       status::issue_status, (array['none', 'none', 'none', 'low', 'medium', 'high', 'urgent']::priority[])[1 + n % 7],
       author.id, 1 + floor(4 * random())::int, filed, filed + interval '3 hours',
       case when status in ('done', 'canceled') then filed + interval '2 days' end,
       case when number % 100 = 50 then now() end, floor(20 * power(random(), 12))::int, floor(9 * power(random(), 5))::int
     from (
       select n, case when n % 2 = 1 then $3::int else $3::int + 1 + n / 2 % ${otherWorkspaces} end as workspace_id,
         case when n % 2 = 1 then (n + 1) / 2 else 1 + (n / 2 - 1) / ${otherWorkspaces} end as number,
         random() as luck, now() - ($1::int - n) * interval '3 minutes' as filed,
         floor(${users} * power(random(), 3))::int as nth,
         case when random() < 0.9 * (1 - n / $1::float) + 0.05 then case when random() < 0.85 then 'done' else 'canceled' end
           else (array['backlog', 'backlog', 'backlog', 'todo', 'todo', 'inprogress'])[1 + floor(6 * random())::int] end as status
       from generate_series(1, $1::int) n) issue
     join bench_people author using (nth)`,
    [issues, phrases, homeId],
  )
  for (const [name, share] of Object.entries(labelShares)) {
    await db.query(
      `insert into issue_labels (workspace_id, issue_number, label_id)
       select i.workspace_id, i.number, l.id from issues i join labels l on l.workspace_id = i.workspace_id and l.name = $1
       where abs(hashint8(i.number::bigint * 1000 + length($1) * 7 + ascii($1))::bigint) % 100000 < $2::float * 100000`,
      [name, share],
    )
  }
}

/** What issues have in proportion: comments, votes, followers, and the events of all that. */
async function fillAround(
  db: ClientBase,
  { users, phrases }: { users: number; phrases: number },
): Promise<void> {
  await db.query(
    `insert into comments (workspace_id, id, issue_number, author_id, body, created_at)
     select workspace_id, uuidv7(written - now()), number, author.id,
       ${phrase('key', 5, phrases)} || E'.\\n\\n' || ${phrase('key', 6, phrases)}, written
     from (
       select workspace_id, number, number * 10 + nth as key, created_at + nth * interval '1 hour' as written
       from issues, generate_series(1, comments) nth) comment
     join bench_people author on author.nth = key % ${users}`,
  )
  await db.query(
    `insert into votes (workspace_id, issue_number, user_id, created_at)
     select workspace_id, number, voter.id, created_at
     from issues cross join generate_series(1, votes) vote join bench_people voter on voter.nth = (number + vote * 17) % ${users}
     on conflict do nothing`,
  )
  await db.query(
    `insert into subscriptions (workspace_id, issue_number, user_id, created_at)
     select workspace_id, number, author_id, created_at from issues`,
  )
  await db.query(
    `insert into events (id, workspace_id, issue_number, type, actor_id, door, changes, created_at, position)
     select uuidv7(at - now()), workspace_id, number, type, author_id, 'api', changes, at, row_number() over (order by at)
     from (
       select workspace_id, number, author_id, 'issue.created' as type, created_at as at,
         jsonb_build_object('title', jsonb_build_object('before', null, 'after', title)) as changes from issues
       union all
       select workspace_id, number, author_id, 'issue.changed', updated_at,
         jsonb_build_object('status', jsonb_build_object('before', 'backlog', 'after', status)) from issues) happened`,
  )
}
