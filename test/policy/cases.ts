import type { IssueChange } from '#shared/issues/schema.ts'
import type { Action } from '#shared/policy.ts'

/**
 * What somebody is in the workspace. An outsider is signed in and has no role in it; a barred guest is a guest
 * in a server that does not let guests file. In Discord an admin has Manage Server and was given nothing; a granted
 * admin was, and may lack Manage Server.
 */
export type Standing = 'outsider' | 'barred guest' | 'guest' | 'member' | 'triager' | 'admin' | ServerStanding
type ServerStanding =
  | 'guest with Manage Server'
  | 'granted admin'
  | 'granted admin with Manage Server'
  | 'admin who was granted less'

/** Something to do, as data: each door has its own way of doing it, or none. “It” is an issue that is there. */
export type Deed =
  | { do: 'read it' }
  | { do: 'list issues' }
  | { do: 'read its history' }
  | { do: 'read what happened' }
  | { do: 'read the workspace' }
  | { do: 'list labels' }
  | { do: 'file an issue' }
  | { do: 'change it'; fields: IssueChange }
  | { do: 'delete it' }
  /** It has been deleted by somebody else. */
  | { do: 'restore it' }
  | { do: 'list what was hidden' }
  | { do: 'list what was deleted' }
  | { do: 'list what they deleted themselves' }
  | { do: 'read what is said about it' }
  | { do: 'comment on it' }
  | { do: 'vote for it' }
  | { do: 'follow it' }
  /** It is on an issue of somebody else; “who wrote it” wrote the comment. */
  | { do: 'edit a comment' }
  | { do: 'delete a comment' }
  | { do: 'hide a comment' }
  | { do: 'read its attachments' }
  | { do: 'attach a file to it' }
  /** It was attached by the author of the issue. */
  | { do: 'delete its attachment' }
  | { do: 'create a label' }
  | { do: 'change a label' }
  | { do: 'delete a label' }
  | { do: 'list templates' }
  | { do: 'create a template' }
  | { do: 'change a template' }
  | { do: 'put the templates into an order' }
  | { do: 'delete a template' }
  | { do: 'list hidden issues' }
  | { do: 'list views' }
  | { do: 'save a view' }
  | { do: 'share a view' }
  /** A shared view of the founder's. */
  | { do: 'change a view of somebody' }
  | { do: 'delete a view of somebody' }
  | { do: 'rename the workspace' }
  | { do: 'close the workspace to strangers' }
  | { do: 'list members' }
  | { do: 'make somebody a triager' }
  | { do: 'take back the role of somebody' }
  | { do: 'block somebody' }
  | { do: 'block a triager' }
  | { do: 'lift a block' }
  | { do: 'list who is blocked' }
  | { do: 'invite somebody' }
  | { do: 'list invitations' }
  | { do: 'revoke an invitation' }
  | { do: 'look at an invitation' }
  | { do: 'accept an invitation' }
  /** Only for those who were given a role. */
  | { do: 'leave the workspace' }
  | { do: 'read how the server is connected' }
  | { do: 'list the servers' }
  | { do: 'change how the server is connected' }
  | { do: 'disconnect the server' }
  /** Another server, which is connected to nothing. */
  | { do: 'set up a server' }
  | { do: 'connect a server' }
  | { do: 'list webhooks' }
  | { do: 'add a webhook' }
  | { do: 'export the workspace' }
  | { do: 'import issues' }
  | { do: 'list imports' }
  | { do: 'see what they can claim' }
  | { do: 'list workspaces' }
  | { do: 'create a workspace' }
  | { do: 'read the own account' }
  | { do: 'look up a user' }
  | { do: 'link Discord' }
  | { do: 'unlink Discord' }
  | { do: 'make an API key' }
  | { do: 'list the own API keys' }
  | { do: 'download what they wrote' }
  | { do: 'erase the own account' }

export interface Case {
  /** The row: what is done. */
  title: string
  deed: Deed
  /** Whether the issue is locked. */
  locked: boolean
  /** The rows of `policy.ts` that it needs. */
  needs: readonly Action[]
  /** The column: who does it. */
  who: { standing: Standing; isAuthor: boolean }
  expected: 'allowed' | 'forbidden' | 'not_found'
}

interface Row {
  title?: string
  deed: Deed
  locked?: true
  needs: readonly Action[]
  may: readonly (Standing | 'author')[]
  /** Who may besides, if they wrote it. */
  mayAsAuthor?: readonly Standing[]
  /** Who is asked about, where that is not everybody. */
  among?: readonly Standing[]
  /** Who cannot see the workspace, and learns nothing of it. */
  hiddenFrom?: readonly Standing[]
}

const guests = ['guest', 'barred guest'] as const
const everyRole = ['member', 'triager', 'admin'] as const
const readers = [...guests, ...everyRole] as const
const filers = ['guest', ...everyRole] as const
const signedIn = ['outsider', ...everyRole] as const
const everybody = ['outsider', ...readers] as const
const managers = [
  'admin',
  'admin who was granted less',
  'guest with Manage Server',
  'granted admin with Manage Server',
] as const
const inServers = [...readers, ...managers.slice(1), 'granted admin'] as const

/** The fields of the issue that cases change, as they are before. */
export const before = {
  title: 'As it was filed',
  description: 'Once.',
  status: 'backlog',
  labels: [],
} as const

const rows: readonly Row[] = [
  { deed: { do: 'read it' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'list issues' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'read its history' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'read what happened' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'read the workspace' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'list labels' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'file an issue' }, needs: ['issue.create'], may: filers },
  {
    title: 'edit its title',
    deed: { do: 'change it', fields: { title: 'A better title' } },
    needs: ['issue.edit'],
    may: ['author', 'admin'],
  },
  {
    title: 'edit its description',
    deed: { do: 'change it', fields: { description: 'Twice.' } },
    needs: ['issue.edit'],
    may: ['author', 'admin'],
  },
  {
    title: 'change its status',
    deed: { do: 'change it', fields: { status: 'inprogress' } },
    needs: ['issue.set-status'],
    may: ['author', 'triager', 'admin'],
  },
  {
    title: 'change its labels',
    deed: { do: 'change it', fields: { labels: ['bug'] } },
    needs: ['issue.set-labels'],
    may: ['author', 'triager', 'admin'],
  },
  {
    title: 'set its priority',
    deed: { do: 'change it', fields: { priority: 'high' } },
    needs: ['issue.set-priority'],
    may: ['triager', 'admin'],
  },
  {
    title: 'assign it',
    deed: { do: 'change it', fields: { assignee: 'me' } },
    needs: ['issue.assign'],
    may: ['triager', 'admin'],
  },
  {
    title: 'lock it',
    deed: { do: 'change it', fields: { locked: true } },
    needs: ['issue.lock'],
    may: ['triager', 'admin'],
  },
  {
    title: 'hide it',
    deed: { do: 'change it', fields: { hidden: true } },
    needs: ['issue.hide'],
    may: ['triager', 'admin'],
  },
  {
    title: 'edit its title while it is locked',
    deed: { do: 'change it', fields: { title: 'A better title' } },
    locked: true,
    needs: ['issue.edit'],
    may: ['admin'],
    mayAsAuthor: ['triager'],
  },
  {
    title: 'change its status while it is locked',
    deed: { do: 'change it', fields: { status: 'inprogress' } },
    locked: true,
    needs: ['issue.set-status'],
    may: ['triager', 'admin'],
  },
  {
    title: 'delete it while it is locked',
    deed: { do: 'delete it' },
    locked: true,
    needs: ['issue.delete'],
    may: ['admin'],
    mayAsAuthor: ['triager'],
  },
  {
    title: 'restore it while it is locked',
    deed: { do: 'restore it' },
    locked: true,
    needs: ['issue.restore'],
    may: ['admin'],
    mayAsAuthor: ['triager'],
  },
  {
    title: 'read it while it is locked',
    deed: { do: 'read it' },
    locked: true,
    needs: ['issue.read'],
    may: readers,
  },
  {
    title: 'change its title and its status at once',
    deed: { do: 'change it', fields: { title: 'A better title', status: 'done' } },
    needs: ['issue.edit', 'issue.set-status'],
    may: ['author', 'admin'],
  },
  {
    title: 'change its status, and send its words back as they are',
    deed: {
      do: 'change it',
      fields: { title: before.title, description: before.description, labels: [], status: 'todo' },
    },
    needs: ['issue.set-status'],
    may: ['author', 'triager', 'admin'],
  },
  {
    title: 'send it back as it is',
    deed: { do: 'change it', fields: { ...before, labels: [] } },
    needs: ['issue.read'],
    may: readers,
  },
  { deed: { do: 'delete it' }, needs: ['issue.delete'], may: ['author', 'admin'] },
  { deed: { do: 'restore it' }, needs: ['issue.restore'], may: ['author', 'admin'] },
  { deed: { do: 'list what was hidden' }, needs: ['issue.read-hidden'], may: ['triager', 'admin'] },
  { deed: { do: 'list what was deleted' }, needs: ['issue.list-deleted'], may: ['admin'] },
  { deed: { do: 'list what they deleted themselves' }, needs: ['issue.read'], may: readers },
  {
    title: 'say what it is a duplicate of',
    deed: { do: 'change it', fields: { duplicateOf: 1 } },
    needs: ['issue.set-duplicate', 'issue.set-status'],
    may: ['triager', 'admin'],
  },
  { deed: { do: 'read what is said about it' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'comment on it' }, needs: ['comment.create'], may: filers },
  { deed: { do: 'vote for it' }, needs: ['issue.vote'], may: filers },
  { deed: { do: 'follow it' }, needs: ['issue.subscribe'], may: filers },
  { deed: { do: 'edit a comment' }, needs: ['comment.edit'], may: ['author'] },
  { deed: { do: 'delete a comment' }, needs: ['comment.delete'], may: ['author', 'admin'] },
  { deed: { do: 'hide a comment' }, needs: ['issue.hide'], may: ['triager', 'admin'] },
  {
    title: 'comment on it while it is locked',
    deed: { do: 'comment on it' },
    locked: true,
    needs: ['comment.create'],
    may: ['triager', 'admin'],
  },
  {
    title: 'edit a comment while the issue is locked',
    deed: { do: 'edit a comment' },
    locked: true,
    needs: ['comment.edit'],
    may: [],
    mayAsAuthor: ['triager', 'admin'],
  },
  {
    title: 'delete a comment while the issue is locked',
    deed: { do: 'delete a comment' },
    locked: true,
    needs: ['comment.delete'],
    may: ['admin'],
    mayAsAuthor: ['triager'],
  },
  {
    title: 'vote for it while it is locked',
    deed: { do: 'vote for it' },
    locked: true,
    needs: ['issue.vote'],
    may: filers,
  },
  {
    title: 'follow it while it is locked',
    deed: { do: 'follow it' },
    locked: true,
    needs: ['issue.subscribe'],
    may: filers,
  },
  { deed: { do: 'read its attachments' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'attach a file to it' }, needs: ['attachment.add'], may: filers },
  { deed: { do: 'delete its attachment' }, needs: ['attachment.delete'], may: ['author', 'admin'] },
  { deed: { do: 'create a label' }, needs: ['label.manage'], may: ['triager', 'admin'] },
  { deed: { do: 'change a label' }, needs: ['label.manage'], may: ['triager', 'admin'] },
  { deed: { do: 'delete a label' }, needs: ['label.manage'], may: ['triager', 'admin'] },
  { deed: { do: 'list templates' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'create a template' }, needs: ['template.manage'], may: ['admin'] },
  { deed: { do: 'change a template' }, needs: ['template.manage'], may: ['admin'] },
  { deed: { do: 'put the templates into an order' }, needs: ['template.manage'], may: ['admin'] },
  { deed: { do: 'delete a template' }, needs: ['template.manage'], may: ['admin'] },
  { deed: { do: 'list hidden issues' }, needs: ['issue.read-hidden'], may: ['triager', 'admin'] },
  { deed: { do: 'list views' }, needs: ['issue.read'], may: readers },
  { deed: { do: 'save a view' }, needs: ['view.save'], may: filers },
  { deed: { do: 'share a view' }, needs: ['view.save', 'view.share'], may: ['triager', 'admin'] },
  { deed: { do: 'change a view of somebody' }, needs: ['view.change'], may: [] },
  { deed: { do: 'delete a view of somebody' }, needs: ['view.delete'], may: ['admin'] },
  { deed: { do: 'rename the workspace' }, needs: ['workspace.change'], may: ['admin'] },
  { deed: { do: 'close the workspace to strangers' }, needs: ['workspace.change'], may: ['admin'] },
  { deed: { do: 'list members' }, needs: ['member.read'], may: everyRole },
  { deed: { do: 'make somebody a triager' }, needs: ['member.manage'], may: ['admin'] },
  { deed: { do: 'take back the role of somebody' }, needs: ['member.manage'], may: ['admin'] },
  { deed: { do: 'block somebody' }, needs: ['person.block'], may: ['triager', 'admin'] },
  {
    deed: { do: 'block a triager' },
    needs: ['person.block', 'person.block-triager'],
    may: ['admin'],
  },
  { deed: { do: 'lift a block' }, needs: ['person.block'], may: ['triager', 'admin'] },
  { deed: { do: 'list who is blocked' }, needs: ['person.block'], may: ['triager', 'admin'] },
  { deed: { do: 'invite somebody' }, needs: ['member.manage'], may: ['admin'] },
  { deed: { do: 'list invitations' }, needs: ['member.manage'], may: ['admin'] },
  { deed: { do: 'revoke an invitation' }, needs: ['member.manage'], may: ['admin'] },
  { deed: { do: 'look at an invitation' }, needs: ['invitation.read'], may: signedIn },
  { deed: { do: 'accept an invitation' }, needs: ['invitation.accept'], may: signedIn },
  { deed: { do: 'leave the workspace' }, needs: ['member.leave'], may: everyRole },
  {
    deed: { do: 'read how the server is connected' },
    needs: ['guild.read'],
    may: inServers,
    among: inServers,
  },
  { deed: { do: 'list the servers' }, needs: ['guild.list'], may: ['admin'] },
  { deed: { do: 'change how the server is connected' }, needs: ['guild.change'], may: ['admin'] },
  { deed: { do: 'disconnect the server' }, needs: ['guild.change'], may: ['admin'] },
  { deed: { do: 'set up a server' }, needs: ['guild.set-up'], may: managers, among: inServers },
  {
    deed: { do: 'connect a server' },
    needs: ['guild.connect'],
    may: ['granted admin with Manage Server'],
    among: inServers,
    // A guest is one in the server that is connected already, and nobody in this one.
    hiddenFrom: [...guests, 'guest with Manage Server'],
  },
  { deed: { do: 'list webhooks' }, needs: ['webhook.manage'], may: ['admin'] },
  { deed: { do: 'add a webhook' }, needs: ['webhook.manage'], may: ['admin'] },
  { deed: { do: 'export the workspace' }, needs: ['workspace.export'], may: ['admin'] },
  { deed: { do: 'import issues' }, needs: ['workspace.import'], may: ['admin'] },
  { deed: { do: 'list imports' }, needs: ['workspace.import'], may: ['admin'] },
  { deed: { do: 'see what they can claim' }, needs: ['placeholder.claim'], may: everyRole },
  { deed: { do: 'list workspaces' }, needs: ['workspace.list'], may: signedIn },
  { deed: { do: 'create a workspace' }, needs: ['workspace.create'], may: signedIn },
  { deed: { do: 'read the own account' }, needs: ['account.read'], may: everybody },
  { deed: { do: 'look up a user' }, needs: ['user.read'], may: signedIn },
  { deed: { do: 'link Discord' }, needs: ['account.link'], may: signedIn },
  { deed: { do: 'unlink Discord' }, needs: ['account.unlink'], may: signedIn },
  { deed: { do: 'make an API key' }, needs: ['account.manage-keys'], may: signedIn },
  { deed: { do: 'list the own API keys' }, needs: ['account.manage-keys'], may: signedIn },
  { deed: { do: 'download what they wrote' }, needs: ['account.export'], may: signedIn },
  { deed: { do: 'erase the own account' }, needs: ['account.erase'], may: signedIn },
]

/** What is done to an issue is tried by its author as well. */
const ofAnIssue: ReadonlySet<Deed['do']> = new Set([
  'read it',
  'read its history',
  'change it',
  'delete it',
  'restore it',
  'read what is said about it',
  'comment on it',
  'vote for it',
  'follow it',
  'edit a comment',
  'delete a comment',
  'hide a comment',
  'read its attachments',
  'attach a file to it',
  'delete its attachment',
])

/** The table of who may do what, cell by cell; every door is held against this one list. */
export const cases: readonly Case[] = rows.flatMap((row) =>
  (row.among ?? everybody).flatMap((standing) =>
    (ofAnIssue.has(row.deed.do) ? [false, true] : [false]).map((isAuthor): Case => ({
      title: row.title ?? row.deed.do,
      deed: row.deed,
      locked: row.locked ?? false,
      needs: row.needs,
      who: { standing, isAuthor },
      expected: expected(row, standing, isAuthor),
    })),
  ),
)

/** Who cannot see the workspace learns nothing of it, whatever they wrote there before. */
function expected(
  { may, mayAsAuthor = [], hiddenFrom = ['outsider'] }: Row,
  standing: Standing,
  isAuthor: boolean,
): Case['expected'] {
  if (may.includes(standing)) return 'allowed'
  if (hiddenFrom.includes(standing)) return 'not_found'
  return isAuthor && (may.includes('author') || mayAsAuthor.includes(standing)) ? 'allowed' : 'forbidden'
}

/** How a case's column is called. */
export function nameOf({ standing, isAuthor }: Case['who']): string {
  return isAuthor ? `${standing} who wrote it` : standing
}
