import { isoTime } from '../db/fields.ts'

/** The fields of a line as one JSON text that PostgreSQL makes. */
function line(kind: string, fields: Record<string, string>): string {
  const pairs = Object.entries(fields).map(([name, value]) => `'${name}', ${value}`)
  return `json_build_object('kind', '${kind}', ${pairs.join(', ')})::text as line`
}

const noComment = `'00000000-0000-0000-0000-000000000000'::uuid`

/** Issues that are there: what somebody deleted is not exported. */
const live = (number: string, alias: string) => `exists (select 1 from issues i
  where i.workspace_id = ${alias}.workspace_id and i.number = ${number} and i.deleted_at is null)`

/** Comments that are there, or no comment at all. */
const liveSource = (alias: string) => `(${alias}.source_id = ${noComment} or exists (select 1 from comments c
  where c.workspace_id = ${alias}.workspace_id and c.id = ${alias}.source_id and c.deleted_at is null))`

/** What is exported of each table: the condition on its rows. */
const exported = {
  issues: 'i.workspace_id = $1 and i.deleted_at is null',
  comments: `c.workspace_id = $1 and c.deleted_at is null and ${live('c.issue_number', 'c')}`,
  votes: `v.workspace_id = $1 and ${live('v.issue_number', 'v')}`,
  subscriptions: `s.workspace_id = $1 and ${live('s.issue_number', 's')}`,
  mentions: `m.workspace_id = $1 and ${live('m.issue_number', 'm')} and ${liveSource('m')}`,
  attachments: `a.workspace_id = $1 and ${live('a.issue_number', 'a')}`,
  views: 'sv.workspace_id = $1 and sv.shared',
  events: `e.workspace_id = $1 and (e.issue_number is null or ${live('e.issue_number', 'e')})`,
} as const

/** Everybody whom another line names. */
const named = `select i.author_id as id from issues i where ${exported.issues}
  union select i.assignee_id from issues i where ${exported.issues} and i.assignee_id is not null
  union select c.author_id from comments c where ${exported.comments}
  union select v.user_id from votes v where ${exported.votes}
  union select s.user_id from subscriptions s where ${exported.subscriptions}
  union select m.user_id from mentions m where ${exported.mentions}
  union select a.uploader_id from attachments a where ${exported.attachments}
  union select sv.owner_id from saved_views sv where ${exported.views}
  union select e.actor_id from events e where ${exported.events}`

/**
 * The lines between the first and the last, kind by kind: each statement is about the workspace `$1` and gives the column
 * `line`. A new table whose rows are part of a workspace is added here, and to `format.ts`.
 */
export const exportedLines: readonly string[] = [
  `select ${line('user', {
    id: 'u.id',
    name: 'coalesce(p.name, u.name)',
    identity: `coalesce(p.identity, 'clerk:' || u.clerk_id, 'discord:' || u.discord_id)`,
    placeholder: 'p.user_id is not null',
  })}
  from (${named}) named join users u on u.id = named.id
  left join placeholders p on p.workspace_id = $1 and p.user_id = u.id order by u.id`,

  `select ${line('label', { name: 'l.name', color: 'l.color', description: 'l.description' })}
  from labels l where l.workspace_id = $1 order by l.name collate "C"`,

  `select ${line('template', {
    name: 't.name',
    description: 't.description',
    titlePlaceholder: 't.title_placeholder',
    labels: `coalesce((select json_agg(l.name order by l.name collate "C") from labels l
      where l.workspace_id = t.workspace_id and l.id = any(t.label_ids)), '[]')`,
    priority: 't.priority',
    fields: 't.fields',
  })}
  from templates t where t.workspace_id = $1 order by t.position, t.id`,

  `select ${line('view', {
    owner: 'sv.owner_id',
    name: 'sv.name',
    query: 'sv.query',
    layout: 'sv.layout',
    groupBy: 'sv.group_by',
    createdAt: isoTime('sv.created_at'),
    updatedAt: isoTime('sv.updated_at'),
  })}
  from saved_views sv where ${exported.views} order by sv.id`,

  `select ${line('issue', {
    number: 'i.number',
    title: 'i.title',
    description: 'i.description',
    status: 'i.status',
    priority: 'i.priority',
    author: 'i.author_id',
    assignee: 'i.assignee_id',
    labels: `coalesce((select json_agg(l.name order by l.name collate "C") from issue_labels il
      join labels l on l.workspace_id = il.workspace_id and l.id = il.label_id
      where il.workspace_id = i.workspace_id and il.issue_number = i.number), '[]')`,
    duplicateOf: `case when ${live('i.duplicate_of', 'i')} then i.duplicate_of end`,
    locked: 'i.locked',
    createdAt: isoTime('i.created_at'),
    updatedAt: isoTime('i.updated_at'),
    closedAt: isoTime('i.closed_at'),
    hiddenAt: isoTime('i.hidden_at'),
  })}
  from issues i where ${exported.issues} order by i.number`,

  `select ${line('comment', {
    id: 'c.id',
    issue: 'c.issue_number',
    author: 'c.author_id',
    body: 'c.body',
    createdAt: isoTime('c.created_at'),
    editedAt: isoTime('c.edited_at'),
    hiddenAt: isoTime('c.hidden_at'),
  })}
  from comments c where ${exported.comments} order by c.id`,

  `select ${line('vote', { issue: 'v.issue_number', user: 'v.user_id', createdAt: isoTime('v.created_at') })}
  from votes v where ${exported.votes} order by v.issue_number, v.user_id`,

  `select ${line('subscription', {
    issue: 's.issue_number',
    user: 's.user_id',
    muted: 's.muted',
    createdAt: isoTime('s.created_at'),
  })}
  from subscriptions s where ${exported.subscriptions}
  order by s.issue_number, s.user_id`,

  `select ${line('reference', {
    from: 'r.from_number',
    comment: `nullif(r.source_id, ${noComment})`,
    to: 'r.to_number',
  })}
  from issue_references r
  where r.workspace_id = $1 and ${live('r.from_number', 'r')} and ${live('r.to_number', 'r')} and ${liveSource('r')}
  order by r.from_number, r.source_id, r.to_number`,

  `select ${line('mention', {
    issue: 'm.issue_number',
    comment: `nullif(m.source_id, ${noComment})`,
    user: 'm.user_id',
  })}
  from mentions m where ${exported.mentions}
  order by m.issue_number, m.source_id, m.user_id`,

  `select ${line('attachment', {
    id: 'a.id',
    issue: 'a.issue_number',
    comment: 'a.comment_id',
    uploader: 'a.uploader_id',
    name: 'a.name',
    contentType: 'a.content_type',
    bytes: 'a.bytes',
    sha256: `encode(a.sha256, 'hex')`,
    createdAt: isoTime('a.created_at'),
  })}
  from attachments a where ${exported.attachments} order by a.id`,

  `select ${line('event', {
    id: 'e.id',
    type: 'e.type',
    issue: 'e.issue_number',
    subject: 'e.subject_id',
    actor: 'e.actor_id',
    door: 'e.door',
    changes: 'e.changes',
    createdAt: isoTime('e.created_at'),
  })}
  from events e where ${exported.events} order by e.sequence`,
]

export const exportedHeader = `select json_build_object('id', w.id, 'slug', w.slug, 'key', w.key, 'name', w.name,
  'visibility', w.visibility, 'lastNumber', w.last_issue_number, 'createdAt', ${isoTime('w.created_at')}) as workspace
  from workspaces w where w.id = $1`
