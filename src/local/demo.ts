import type { Context, Tracker } from '#shared/context.ts'
import { rememberGuild, rememberGuildRole } from '#shared/guilds/roles.ts'
import { changeGuild, connectGuild } from '#shared/guilds/operations.ts'
import { ensureClerkUser } from '#shared/identity/users.ts'
import { changeIssue, createIssue } from '#shared/issues/operations.ts'
import type { IssueStatus } from '#shared/issues/schema.ts'
import { grantHomeAdmins } from '#shared/workspaces/home.ts'
import { homeSlug } from '#shared/workspaces/schema.ts'
import { localAccounts, localGuildId, localGuildName, localTriageRoleId } from './accounts.ts'
import type { LocalAccount } from './accounts.ts'

interface DemoIssue {
  by: LocalAccount['name']
  title: string
  description: string
  labels?: string[]
  nowIs?: IssueStatus
}

/** Enough to see what a tracker in use looks like; oldest first. */
const demoIssues: readonly DemoIssue[] = [
  {
    by: 'maintainer',
    title: 'Write down how to host Snag yourself',
    description: 'One page: a server, a database, a bot token, a Clerk instance. Then `npm run doctor`.',
    labels: ['documentation'],
    nowIs: 'done',
  },
  {
    by: 'triager',
    title: 'Dark theme forgets itself after a restart',
    description:
      'I choose dark, close the app, open it again: **blinding white**.\n\n1. Settings → Theme → Dark\n2. Restart\n3. Look away quickly',
    labels: ['bug'],
    nowIs: 'inprogress',
  },
  {
    by: 'maintainer',
    title: 'Let me paste a screenshot into an issue',
    description: 'A picture says more than my description of a picture.',
    labels: ['feature'],
    nowIs: 'todo',
  },
  {
    by: 'triager',
    title: 'Search finds “größe” but not “Größe”',
    description: 'Capital letters seem to hide it. Try `größe`, then `Größe`.',
    labels: ['bug'],
    nowIs: 'todo',
  },
  {
    by: 'maintainer',
    title: 'The coffee machine replies 418',
    description: 'According to RFC 2324 it is a teapot. Not our bug, but a good one.',
    nowIs: 'canceled',
  },
  {
    by: 'reporter',
    title: 'Login loops on Safari',
    description: 'After the second redirect it asks me to sign in again, forever. A private window helps.',
    labels: ['bug'],
  },
]

/** A first day's worth of data: people, a few issues, and the local server connected to *home*. Each only once. */
export async function furnish(
  tracker: Tracker,
  homeId: number,
  standIns: { clerk: unknown; discord: unknown },
): Promise<void> {
  if (standIns.clerk === null) return
  await grantHomeAdmins(tracker, homeId, [clerkIdOf('maintainer')])
  await fileIssues(tracker, homeId)
  if (standIns.discord !== null) await connectLocalGuild(tracker)
}

/** Does nothing to a tracker in which anything was ever filed. */
async function fileIssues(tracker: Tracker, homeId: number): Promise<void> {
  const home = await tracker.db.prisma.workspace.findUniqueOrThrow({
    where: { id: homeId },
    select: { lastIssueNumber: true },
  })
  if (home.lastIssueNumber > 0) return
  for (const { by, nowIs, ...words } of demoIssues) {
    const context = await contextAs(tracker, by)
    const { number } = await createIssue(context, words)
    if (nowIs !== undefined) await changeIssue(context, { number, status: nowIs })
  }
}

/** As the maintainer would with `/setup`. Only at first sight of the server: they may undo it. */
async function connectLocalGuild(tracker: Tracker): Promise<void> {
  const known = await tracker.db.prisma.guild.findUnique({
    where: { id: localGuildId },
    select: { id: true },
  })
  if (known !== null) return
  await rememberGuild(tracker, { id: localGuildId, name: localGuildName })
  const context = await contextAs(tracker, 'maintainer')
  const caller = { ...context.caller, door: 'discord' as const, guild: { id: localGuildId, managed: true } }
  const inServer = { ...context, caller }
  await connectGuild(inServer, {})
  await changeGuild(inServer, { guildId: localGuildId, triageRoleIds: [localTriageRoleId] })
  await rememberTriager(tracker)
}

/** As their first command in the server would, so that they triage on the dashboard from the start. */
async function rememberTriager(tracker: Tracker): Promise<void> {
  const { caller } = await contextAs(tracker, 'triager')
  const standing = { managesGuild: false, roleIds: [localTriageRoleId] }
  await rememberGuildRole(tracker, { guildId: localGuildId, userId: caller.userId, standing })
}

async function contextAs(tracker: Tracker, name: LocalAccount['name']): Promise<Context> {
  const userId = await ensureClerkUser(tracker, clerkIdOf(name))
  return { tracker, caller: { userId, door: 'web', guild: null }, place: { slug: homeSlug } }
}

function clerkIdOf(name: LocalAccount['name']): string {
  const account = localAccounts.find((candidate) => candidate.name === name)
  if (account === undefined) throw new Error(`There is no local account ${name}.`)
  return account.clerkId
}
