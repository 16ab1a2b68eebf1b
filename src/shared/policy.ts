import { AppError } from './errors.ts'
import type { Actor } from './context.ts'
import { includes } from './identity/schema.ts'
import type { Scope } from './identity/schema.ts'
import type { Role } from './members/schema.ts'

/** What policy needs to know of the thing acted upon. */
export interface Subject {
  authorId?: string
  /** An issue, or something of one, where only those write who may lock it. */
  locked?: boolean
  /** Spam, or something of it: nobody learns of it but those who may see what was hidden. */
  hidden?: boolean
  /** The actor was blocked in its workspace: for what is done from outside of it. */
  blocksActor?: boolean
}

type Tick = true | ((actor: Actor) => boolean)

/** What is done in a workspace is up to what somebody is there. Outside of any, nobody is anything: one tick is for all. */
type Ticks = ({ [C in Role | 'author']?: Tick } & { anyone?: never }) | OfTheWorld
type OfTheWorld = { [C in Role | 'author']?: never } & { anyone: Tick }
type Column = Role | 'author' | 'anyone'

interface Row {
  /** Completes "Only … may", and is shown to whoever is refused. */
  to: string
  /** Concerns the actor alone, or reads: left to those who were blocked, and open while an issue is locked. */
  harmless?: true
  /** Writes nothing that anybody would read: open while an issue is locked. */
  evenLocked?: true
  may: Ticks
}

interface ScopedRow extends Row {
  /** What an API key must have for it, whoever it belongs to; a `session` is what no key is. */
  scope: Scope | 'session'
}

const inDiscord: Tick = ({ door }) => door === 'discord'
const ifTheGuildAllowsGuests: Tick = ({ door, guestsAllowed }) => door === 'discord' && guestsAllowed
const signedIn: Tick = ({ signedIn }) => signedIn
const withManageServer: Tick = ({ managesGuild }) => managesGuild
const byGrantAndWithManageServer: Tick = ({ grantedRole, managesGuild }) =>
  grantedRole === 'admin' && managesGuild

const everyRole = { member: true, triager: true, admin: true } as const

/** Rows of one scope. What a key needs `issues:read` for only reads, and is harmless. */
function needing<S extends ScopedRow['scope'], const R extends Record<string, Row>>(
  scope: S,
  rows: R,
): { [A in keyof R]: R[A] & { scope: S } } {
  const scoped = Object.entries(rows).map(([action, row]) => [
    action,
    { ...row, scope, ...(scope === 'issues:read' ? { harmless: true } : {}) },
  ])
  return Object.fromEntries(scoped) as { [A in keyof R]: R[A] & { scope: S } } // the same rows, each with its scope
}

/**
 * Who may do what: the whole table, and the only place that decides. A tick under `author` holds whatever
 * the author's role is; a column that is not named may not.
 */
const table = {
  ...needing('issues:read', {
    'issue.read': { to: 'read this', may: { guest: inDiscord, ...everyRole } },
    'issue.read-hidden': { to: 'see what was hidden here', may: { triager: true, admin: true } },
    'issue.list-deleted': { to: 'see all that was deleted here', may: { admin: true } },
    'member.read': { to: 'see who is in this workspace', may: { ...everyRole } },
    'guild.read': { to: 'see how this server is connected', may: { anyone: inDiscord } },
    'workspace.list': { to: 'list workspaces', may: { anyone: signedIn } },
    'account.read': { to: 'read this', may: { anyone: true } },
    'user.read': { to: 'look up users', may: { anyone: signedIn } },
  }),
  ...needing('issues:write', {
    'issue.create': { to: 'file issues here', may: { guest: ifTheGuildAllowsGuests, ...everyRole } },
    'issue.edit': { to: 'edit its title and description', may: { author: true, admin: true } },
    'issue.set-status': { to: 'change its status', may: { author: true, triager: true, admin: true } },
    'issue.set-labels': { to: 'change its labels', may: { author: true, triager: true, admin: true } },
    'issue.set-priority': { to: 'set its priority', may: { triager: true, admin: true } },
    'issue.assign': { to: 'assign it', may: { triager: true, admin: true } },
    'issue.set-duplicate': { to: 'say what it is a duplicate of', may: { triager: true, admin: true } },
    'issue.lock': { to: 'lock or unlock it', may: { triager: true, admin: true } },
    'issue.hide': { to: 'hide it, or show it again', may: { triager: true, admin: true } },
    'issue.delete': { to: 'delete it', may: { author: true, admin: true } },
    'issue.restore': { to: 'restore it', may: { author: true, admin: true } },
    'issue.vote': {
      to: 'vote here',
      evenLocked: true,
      may: { guest: ifTheGuildAllowsGuests, ...everyRole },
    },
    'issue.subscribe': {
      to: 'follow issues here',
      harmless: true,
      may: { guest: ifTheGuildAllowsGuests, ...everyRole },
    },
    'attachment.add': { to: 'attach files here', may: { guest: ifTheGuildAllowsGuests, ...everyRole } },
    'attachment.delete': { to: 'delete it', may: { author: true, admin: true } },
    'comment.create': { to: 'comment here', may: { guest: ifTheGuildAllowsGuests, ...everyRole } },
    'comment.edit': { to: 'edit it', may: { author: true } },
    'comment.delete': { to: 'delete it', may: { author: true, admin: true } },
    'view.save': { to: 'save views here', may: { guest: ifTheGuildAllowsGuests, ...everyRole } },
    'view.share': { to: 'share views with everybody here', may: { triager: true, admin: true } },
    'view.change': { to: 'change this view', may: { author: true } },
    'view.delete': { to: 'delete this view', may: { author: true, admin: true } },
  }),
  ...needing('admin', {
    'label.manage': { to: 'change the labels of this workspace', may: { triager: true, admin: true } },
    'template.manage': { to: 'change the templates of this workspace', may: { admin: true } },
    'person.block': { to: 'block people here', may: { triager: true, admin: true } },
    'person.block-triager': { to: 'block a triager', may: { admin: true } },
    'member.manage': { to: 'change members and their roles', may: { admin: true } },
    'member.leave': { to: 'leave this workspace', harmless: true, may: { ...everyRole } },
    'invitation.read': { to: 'look at an invitation', may: { anyone: signedIn } },
    'invitation.accept': { to: 'accept an invitation', may: { anyone: signedIn } },
    'workspace.create': { to: 'create a workspace', may: { anyone: signedIn } },
    'workspace.change': { to: 'change the settings of this workspace', may: { admin: true } },
    'workspace.import': { to: 'import issues into this workspace', may: { admin: true } },
    'workspace.export': { to: 'export this workspace', may: { admin: true } },
    'workspace.audit': { to: 'see who changed members and settings', harmless: true, may: { admin: true } },
    'guild.set-up': { to: 'set up this server', may: { anyone: withManageServer } },
    'guild.connect': { to: 'connect a server to this workspace', may: { admin: byGrantAndWithManageServer } },
    'guild.list': { to: 'see which servers are connected', harmless: true, may: { admin: true } },
    'guild.change': { to: 'change how this server is connected', may: { admin: true } },
    'webhook.manage': { to: 'see and change webhooks', may: { admin: true } },
    'placeholder.claim': { to: 'claim what was imported here', may: { ...everyRole } },
    'account.link': { to: 'link a Discord account', may: { anyone: signedIn } },
    'account.unlink': { to: 'unlink a Discord account', may: { anyone: signedIn } },
    'account.export': { to: 'download what they wrote', may: { anyone: signedIn } },
  }),
  ...needing('session', {
    'account.manage-keys': { to: 'manage API keys', may: { anyone: signedIn } },
    'account.erase': { to: 'erase their account', may: { anyone: signedIn } },
  }),
}

export type Action = keyof typeof table

/** Every action that there is. */
export const actions = Object.keys(table) as Action[] // the table's own keys

/** Whether this actor may do this. A door may ask, to hide a button; operations use `authorize`. */
export function may(actor: Actor, action: Action, subject?: Subject): boolean {
  return refusal(actor, action, subject) === null
}

/**
 * Asks the table once, about everything one call would do. Throws `not_found` when the actor may not even
 * read (so that nobody learns what exists, whatever their API key lacks), `forbidden` with the reason otherwise.
 * `missing` is what would be said of a subject that is not there, and is said of one that is hidden.
 */
export function authorize(
  actor: Actor,
  wanted: readonly Action[],
  subject?: Subject,
  missing = missingSentence,
): void {
  const worldly = wanted.every((action) => 'anyone' in table[action].may)
  if (!worldly && !hasTick(actor, 'issue.read'))
    throw new AppError(
      'not_found',
      actor.blocked ? blockedSentence : 'There is no such workspace, or you cannot see it.',
    )
  if (subject?.hidden === true && !hasTick(actor, 'issue.read-hidden'))
    throw new AppError('not_found', missing)
  for (const action of wanted) {
    const reason = refusal(actor, action, subject)
    if (reason !== null) throw new AppError('forbidden', reason)
  }
}

/** Why this actor may not do this, for a person to read; null when they may. */
export function refusal(actor: Actor, action: Action, subject?: Subject): string | null {
  const row: ScopedRow = table[action]
  const isBlocked = actor.blocked || subject?.blocksActor === true
  if (isBlocked && row.harmless !== true) return blockedSentence
  if (!hasTick(actor, action, subject)) return reason(actor, row)
  // Behind who they are: nobody shall make a mightier key for what they may not do anyway.
  if (!reaches(actor, row)) return lack(row)
  const isOpen = subject?.locked !== true || row.harmless === true || row.evenLocked === true
  if (!isOpen && !hasTick(actor, 'issue.lock'))
    return `Only ${whoMay(table['issue.lock'])} may write here while the issue is locked.`
  return null
}

/** What is said of a thing that is not there, where nobody has better words. */
export const missingSentence = 'There is no such thing here.'

const blockedSentence =
  'You were blocked by a moderator of this workspace: where it is public you can read it, and nowhere write to it.'

/** Whether the scopes of the actor's API key cover it; somebody who has signed in themself needs none. */
function reaches({ scopes }: Actor, { scope }: ScopedRow): boolean {
  return scopes === null || (scope !== 'session' && includes(scopes, scope))
}

/** Whether the person is somebody who may, however they came. */
function hasTick(actor: Actor, action: Action, subject?: Subject): boolean {
  const columns: Row['may'] = table[action].may
  if (holds(columns.anyone, actor)) return true
  if (subject?.authorId === actor.userId && holds(columns.author, actor)) return true
  return actor.role !== null && holds(columns[actor.role], actor)
}

function holds(tick: Tick | undefined, actor: Actor): boolean {
  return typeof tick === 'function' ? tick(actor) : tick === true
}

function reason(actor: Actor, row: Row): string {
  if (actor.role === 'guest' && row.may.guest !== undefined) {
    return 'This server does not let guests do that. Use /link to connect your account first.'
  }
  if (row.may.anyone === withManageServer)
    return `Only someone with the Manage Server permission may ${row.to}.`
  if (row.may.anyone === signedIn) return `Only someone who is signed in may ${row.to}. Use /link first.`
  if (row.may.admin === byGrantAndWithManageServer) {
    return `Only someone who was made an admin of the workspace, and has Manage Server here, may ${row.to}.`
  }
  return `Only ${whoMay(row)} may ${row.to}.`
}

function lack({ scope, to }: ScopedRow): string {
  return scope === 'session'
    ? `Only someone who is signed in may ${to}, and an API key is not. Use the dashboard.`
    : `Only an API key with the scope “${scope}” may ${to}. Make another key, which has it.`
}

const columnNames: Record<Column, string> = {
  author: 'its author',
  guest: 'a guest',
  member: 'a member',
  triager: 'a triager',
  admin: 'an admin',
  anyone: 'someone signed in',
}

function whoMay(row: Row): string {
  const names = Object.entries(columnNames).filter(([column]) => column in row.may)
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(names.map(([, name]) => name))
}
