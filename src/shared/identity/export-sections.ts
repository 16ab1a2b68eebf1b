import { asJson, Moment } from '../db/fields.ts'
import type { Fields } from '../db/fields.ts'

/** A kind of line in what a person takes out. */
export interface Section {
  name: string
  /** How many rows are looked at by one statement. */
  size: number
  /**
   * A `select` over the row `access`, giving at most `$4` rows after the place `$3` (JSON; null at first), in order: the
   * column `place`, a JSON array, and `line`, JSON or null for a row that is not shown.
   */
  rows: string
}

/** What is asked for one workspace after the other, because that is how the indexes begin: a table's rows of a user. */
function inWorkspaces({
  name,
  size,
  table,
  user,
  key,
  fields,
}: {
  name: string
  size: number
  table: string
  /** The column of the user, and the one that comes next in the index, with the value before its first. */
  user: string
  key: { column: string; type: 'int' | 'uuid'; before: string }
  fields: Fields
}): Section {
  const { column, type, before } = key
  return {
    name,
    size,
    rows: `select jsonb_build_array(w.id, t.${column}) as place, ${asJson({ type: `'${name}'`, workspace: 'w.slug', ...fields })} as line
      from workspaces w cross join lateral (
        select * from ${table} own where own.workspace_id = w.id and own.${user} = access.user_id
          and own.${column} > case when w.id = ($3::jsonb->>0)::int then ($3::jsonb->>1)::${type} else ${before} end
        order by own.${column} limit $4) t
      where w.id >= coalesce(($3::jsonb->>0)::int, 0)
      order by w.id, t.${column} limit $4`,
  }
}

const byNumber = { column: 'issue_number', type: 'int', before: '0' } as const
const nil = `'00000000-0000-0000-0000-000000000000'::uuid`

const profile: Section = {
  name: 'profile',
  // There is one, and the statement ends at it.
  size: 2,
  rows: `select '[]'::jsonb as place, ${asJson({
    type: `'profile'`,
    id: 'u.id',
    name: 'u.name',
    firstName: 'u.first_name',
    lastName: 'u.last_name',
    username: 'u.username',
    imageUrl: 'u.image_url',
    account: 'u.clerk_id',
    discordId: 'u.discord_id',
    createdAt: new Moment('u.created_at'),
  })} as line
    from users u where u.id = access.user_id and $3::jsonb is null`,
}

const memberships: Section = {
  name: 'membership',
  size: 500,
  rows: `select jsonb_build_array(w.id) as place, ${asJson({
    type: `'membership'`,
    workspace: 'w.slug',
    role: 'm.role',
    createdAt: new Moment('m.created_at'),
  })} as line
    from memberships m join workspaces w on w.id = m.workspace_id
    where m.user_id = access.user_id and m.workspace_id > coalesce(($3::jsonb->>0)::int, 0)
    order by m.workspace_id limit $4`,
}

/**
 * There is no index by who acted, which every change would have to keep: all events are gone through, a few at a time.
 * Of what was there before, which may be another's words, nothing is told.
 */
const events: Section = {
  name: 'event',
  size: 5_000,
  rows: `select jsonb_build_array(e.id) as place, case when e.actor_id = any(mine.ids) then ${asJson({
    type: `'event'`,
    event: 'e.type',
    workspace: '(select w.slug from workspaces w where w.id = e.workspace_id)',
    issue: 'e.issue_number',
    door: 'e.door',
    set: `(select jsonb_object_agg(key, value->'after') from jsonb_each(e.changes))`,
    createdAt: new Moment('e.created_at'),
  })} end as line
    from (select * from events where id > coalesce(($3::jsonb->>0)::uuid, ${nil}) order by id limit $4) e,
      (select array_agg(id) as ids from users where id = access.user_id or merged_into_id = access.user_id) mine
    order by e.id`,
}

export const sections: readonly Section[] = [
  profile,
  memberships,
  inWorkspaces({
    name: 'issue',
    size: 100,
    table: 'issues',
    user: 'author_id',
    key: { column: 'number', type: 'int', before: '0' },
    fields: {
      number: 't.number',
      title: 't.title',
      description: 't.description',
      status: 't.status',
      priority: 't.priority',
      createdAt: new Moment('t.created_at'),
      updatedAt: new Moment('t.updated_at'),
      closedAt: new Moment('t.closed_at'),
      deletedAt: new Moment('t.deleted_at'),
    },
  }),
  inWorkspaces({
    name: 'comment',
    size: 100,
    table: 'comments',
    user: 'author_id',
    key: { column: 'id', type: 'uuid', before: nil },
    fields: {
      issue: 't.issue_number',
      id: 't.id',
      body: 't.body',
      createdAt: new Moment('t.created_at'),
      editedAt: new Moment('t.edited_at'),
      deletedAt: new Moment('t.deleted_at'),
    },
  }),
  inWorkspaces({
    name: 'attachment',
    size: 500,
    table: 'attachments',
    user: 'uploader_id',
    key: { column: 'id', type: 'uuid', before: nil },
    fields: {
      issue: 't.issue_number',
      comment: 't.comment_id',
      id: 't.id',
      name: 't.name',
      contentType: 't.content_type',
      bytes: 't.bytes',
      createdAt: new Moment('t.created_at'),
    },
  }),
  inWorkspaces({
    name: 'vote',
    size: 1_000,
    table: 'votes',
    user: 'user_id',
    key: byNumber,
    fields: { issue: 't.issue_number', createdAt: new Moment('t.created_at') },
  }),
  inWorkspaces({
    name: 'subscription',
    size: 1_000,
    table: 'subscriptions',
    user: 'user_id',
    key: byNumber,
    fields: { issue: 't.issue_number', muted: 't.muted', createdAt: new Moment('t.created_at') },
  }),
  inWorkspaces({
    name: 'view',
    size: 100,
    table: 'saved_views',
    user: 'owner_id',
    key: { column: 'id', type: 'uuid', before: nil },
    fields: {
      name: 't.name',
      query: 't.query',
      shared: 't.shared',
      layout: 't.layout',
      groupBy: 't.group_by',
      createdAt: new Moment('t.created_at'),
      updatedAt: new Moment('t.updated_at'),
    },
  }),
  events,
]
