import type { ClientBase } from 'pg'
import type { Tracker } from '../context.ts'
import { presentIssue } from '../issues/queries.ts'
import type { Issue } from '../issues/schema.ts'

/** One issue, named as the relay names it. */
export interface IssueKey {
  workspaceId: number
  issueNumber: number
}

/** A message that shows an issue. */
export interface Card extends IssueKey {
  guildId: string
  channelId: string
  messageId: string
}

export interface ShownIssue {
  /** The address of its workspace. */
  slug: string
  issue: Issue
  deleted: boolean
  cards: { channelId: string; messageId: string }[]
}

/**
 * Makes a message the card of its issue in its channel; an older one is kept up to date no longer. Two may be posted
 * at once and remembered in any order: the ids of messages grow with time.
 */
export async function rememberCard({ db, clock }: Pick<Tracker, 'db' | 'clock'>, card: Card): Promise<void> {
  const { workspaceId, issueNumber, guildId, channelId, messageId } = card
  await db.prisma.$executeRaw`
    insert into discord_links (workspace_id, issue_number, guild_id, channel_id, message_id, created_at)
    values (${workspaceId}, ${issueNumber}, ${guildId}, ${channelId}, ${messageId}, ${clock()})
    on conflict (workspace_id, issue_number, channel_id) do update
    set message_id = excluded.message_id, guild_id = excluded.guild_id, created_at = excluded.created_at
    where discord_links.message_id::bigint < excluded.message_id::bigint`
}

/** Those of the issues that some message shows. */
export async function issuesOnCards(
  client: Pick<ClientBase, 'query'>,
  issues: readonly IssueKey[],
): Promise<IssueKey[]> {
  if (issues.length === 0) return []
  const { rows } = await client.query<IssueKey>({
    name: 'issues-on-cards',
    text: `select workspace_id as "workspaceId", issue_number as "issueNumber"
      from (select distinct workspace_id, issue_number from unnest($1::int[], $2::int[]) as asked (workspace_id, issue_number)) asked
      where exists (select 1 from discord_links l
        where l.workspace_id = asked.workspace_id and l.issue_number = asked.issue_number)`,
    values: [issues.map(({ workspaceId }) => workspaceId), issues.map(({ issueNumber }) => issueNumber)],
  })
  return rows
}

/**
 * An issue and the messages to be kept up to date with it, without asking who wants to know: they are shown only
 * where its workspace is connected now. Null when no message shows it.
 */
export async function findShownIssue(
  { db }: Pick<Tracker, 'db'>,
  { workspaceId, issueNumber }: IssueKey,
): Promise<ShownIssue | null> {
  const cards = await db.prisma.$queryRaw<ShownIssue['cards']>`
    select l.channel_id as "channelId", l.message_id as "messageId"
    from discord_links l join guilds g on g.id = l.guild_id and g.workspace_id = l.workspace_id
    where l.workspace_id = ${workspaceId} and l.issue_number = ${issueNumber}`
  if (cards.length === 0) return null
  const { deletedAt, workspace } = await db.prisma.issue.findUniqueOrThrow({
    where: { workspaceId_number: { workspaceId, number: issueNumber } },
    select: { deletedAt: true, workspace: { select: { slug: true } } },
  })
  const issue = await presentIssue(db, workspaceId, issueNumber)
  return { slug: workspace.slug, issue, deleted: deletedAt !== null, cards }
}

/** Forgets a message that is gone, or that may not be changed any more. */
export async function forgetCard({ db }: Pick<Tracker, 'db'>, messageId: string): Promise<void> {
  await db.prisma.discordLink.deleteMany({ where: { messageId } })
}
