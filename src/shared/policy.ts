import { AppError } from './errors.ts'
import type { Actor } from './context.ts'
import type { Role } from './members/schema.ts'

/** What policy needs to know of the thing acted upon. */
export interface Subject {
  authorId?: string
}

type Tick = true | ((actor: Actor) => boolean)

/** What is done in a workspace is up to what somebody is there. Outside of any, nobody is anything: one tick is for all. */
type Ticks = ({ [C in Role | 'author']?: Tick } & { anyone?: never }) | OfTheWorld
type OfTheWorld = { [C in Role | 'author']?: never } & { anyone: Tick }
type Column = Role | 'author' | 'anyone'

interface Row {
  /** Completes "Only … may", and is shown to whoever is refused. */
  to: string
  may: Ticks
}

const inDiscord: Tick = ({ door }) => door === 'discord'
const ifTheGuildAllowsGuests: Tick = ({ door, guestsAllowed }) => door === 'discord' && guestsAllowed
const signedIn: Tick = ({ signedIn }) => signedIn
const withManageServer: Tick = ({ managesGuild }) => managesGuild
const byGrantAndWithManageServer: Tick = ({ grantedRole, managesGuild }) =>
  grantedRole === 'admin' && managesGuild

const everyRole = { member: true, triager: true, admin: true } as const

/**
 * Who may do what: the whole table, and the only place that decides. A tick under `author` holds whatever
 * the author's role is; a column that is not named may not.
 */
const table = {
  'issue.read': { to: 'read this', may: { guest: inDiscord, ...everyRole } },
  'issue.read-hidden': { to: 'see what was hidden here', may: { triager: true, admin: true } },
  'issue.create': { to: 'file issues here', may: { guest: ifTheGuildAllowsGuests, ...everyRole } },
  'issue.edit': { to: 'edit its title and description', may: { author: true, admin: true } },
  'issue.set-status': { to: 'change its status', may: { author: true, triager: true, admin: true } },
  'issue.set-labels': { to: 'change its labels', may: { author: true, triager: true, admin: true } },
  'issue.delete': { to: 'delete it', may: { author: true, admin: true } },
  'issue.restore': { to: 'restore it', may: { author: true, admin: true } },
  'label.manage': { to: 'change the labels of this workspace', may: { triager: true, admin: true } },
  'workspace.list': { to: 'list workspaces', may: { anyone: signedIn } },
  'workspace.create': { to: 'create a workspace', may: { anyone: signedIn } },
  'workspace.change': { to: 'change the settings of this workspace', may: { admin: true } },
  'workspace.import': { to: 'import issues into this workspace', may: { admin: true } },
  'workspace.export': { to: 'export this workspace', may: { admin: true } },
  'placeholder.claim': { to: 'claim what was imported here', may: { ...everyRole } },
  'workspace.audit': { to: 'see who changed members and settings', may: { admin: true } },
  'member.read': { to: 'see who is in this workspace', may: { ...everyRole } },
  'member.manage': { to: 'change members and their roles', may: { admin: true } },
  'member.leave': { to: 'leave this workspace', may: { ...everyRole } },
  'guild.read': { to: 'see how this server is connected', may: { anyone: inDiscord } },
  'guild.set-up': { to: 'set up this server', may: { anyone: withManageServer } },
  'guild.connect': { to: 'connect a server to this workspace', may: { admin: byGrantAndWithManageServer } },
  'guild.list': { to: 'see which servers are connected', may: { admin: true } },
  'guild.change': { to: 'change how this server is connected', may: { admin: true } },
  'account.read': { to: 'read this', may: { anyone: true } },
  'user.read': { to: 'look up users', may: { anyone: signedIn } },
  'account.link': { to: 'link a Discord account', may: { anyone: signedIn } },
  'account.unlink': { to: 'unlink a Discord account', may: { anyone: signedIn } },
} as const satisfies Record<string, Row>

export type Action = keyof typeof table

/** Whether this actor may do this. A door may ask, to hide a button; operations use `authorize`. */
export function may(actor: Actor, action: Action, subject?: Subject): boolean {
  const columns: Row['may'] = table[action].may
  if (holds(columns.anyone, actor)) return true
  if (subject?.authorId === actor.userId && holds(columns.author, actor)) return true
  return actor.role !== null && holds(columns[actor.role], actor)
}

/**
 * Asks the table once, about everything one call would do. Throws `not_found` when the actor may not even
 * read (so that nobody learns what exists), `forbidden` with the reason otherwise.
 */
export function authorize(actor: Actor, wanted: readonly Action[], subject?: Subject): void {
  const refused = wanted.find((action) => !may(actor, action, subject))
  const worldly = wanted.every((action) => 'anyone' in table[action].may)
  if (!worldly && !may(actor, 'issue.read'))
    throw new AppError('not_found', 'There is no such workspace, or you cannot see it.')
  if (refused !== undefined) throw new AppError('forbidden', reason(actor, refused))
}

/** Why this actor may not do this, for a person to read; null when they may. */
export function refusal(actor: Actor, action: Action, subject?: Subject): string | null {
  return may(actor, action, subject) ? null : reason(actor, action)
}

function holds(tick: Tick | undefined, actor: Actor): boolean {
  return typeof tick === 'function' ? tick(actor) : tick === true
}

function reason(actor: Actor, action: Action): string {
  const row: Row = table[action]
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
