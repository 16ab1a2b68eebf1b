import { DiscordAPIError, MessageFlags, Routes } from 'discord.js'
import type { REST } from 'discord.js'
import { z } from 'zod'
import type { Tracker } from '#shared/context.ts'
import { findShownIssue, forgetCard, issuesOnCards, rememberCard } from '#shared/discord-links/cards.ts'
import type { Card, IssueKey, ShownIssue } from '#shared/discord-links/cards.ts'
import type { FollowBatch } from '#shared/events/relay.ts'
import type { EventType } from '#shared/events/schema.ts'
import { job } from '#shared/jobs/job.ts'
import type { Job } from '#shared/jobs/job.ts'
import type { Body, Shown } from './answer.ts'
import { deletedCard, issueCard } from './card.ts'
import type { Dashboard } from './dashboard.ts'

const CardsOf = z.strictObject({ workspaceId: z.int(), issueNumber: z.int() })

const visibleOnCards: ReadonlySet<EventType> = new Set(['issue.changed', 'issue.deleted', 'issue.restored'])

/** Keeping the messages that show issues up to date, whichever door a change came through. */
export interface CardUpdates {
  job: Job
  /** Of a batch, only what somebody sees becomes a job: one that nobody needs costs as much as the change itself. */
  follow: FollowBatch
  /**
   * Hears that a message shows an issue. When the issue has changed between being read and being shown, its cards are
   * brought up to date at once: what followed from that change may have come too early for this one.
   */
  shown: (shown: Shown, where: Where | null) => Promise<void>
}

/** A new message that everybody sees; it becomes its issue's card in the channel. */
export type Where = Pick<Card, 'guildId' | 'channelId' | 'messageId'>

/** `rest` keeps to Discord's limit for everything that is not the answer to an interaction. */
export function createCardUpdates({
  tracker,
  dashboard,
  rest,
}: {
  tracker: Pick<Tracker, 'db' | 'clock' | 'log'>
  dashboard: Dashboard
  rest: REST
}): CardUpdates {
  async function update({ channelId, messageId }: ShownIssue['cards'][number], body: Body): Promise<void> {
    try {
      await rest.patch(Routes.channelMessage(channelId, messageId), {
        body: {
          components: body.map((component) => component.toJSON()),
          flags: MessageFlags.IsComponentsV2,
          allowed_mentions: { parse: [] },
        },
      })
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || (error.status !== 403 && error.status !== 404)) throw error
      // Gone, or out of the bot's reach. Asking again would only add to the refusals that Discord bans for.
      tracker.log.info({ channelId, messageId, code: error.code }, 'A card is out of reach, and is forgotten')
      await forgetCard(tracker, messageId)
    }
  }

  async function updateAll(shown: ShownIssue, workspaceId: number): Promise<void> {
    const { slug, issue, deleted, cards } = shown
    const body = (deleted ? deletedCard : issueCard)({ workspaceId, slug, issue, dashboard })
    const outcomes = await Promise.allSettled(cards.map((card) => update(card, body)))
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.length} cards could not be updated`)
  }

  const updateCards = job({
    name: 'bot.update-cards',
    payload: CardsOf,
    async run(key) {
      const shown = await findShownIssue(tracker, key)
      if (shown !== null) await updateAll(shown, key.workspaceId)
    },
  })

  return {
    job: updateCards,
    async follow(client, events) {
      const changed = events.flatMap(({ type, workspaceId, issueNumber }): IssueKey[] =>
        !visibleOnCards.has(type) || workspaceId === null || issueNumber === null
          ? []
          : [{ workspaceId, issueNumber }],
      )
      return (await issuesOnCards(client, changed)).map((issue) => {
        const name = `cards:${issue.workspaceId}:${issue.issueNumber}`
        // Changes of one issue that wait are one; and one after another, or an older card could arrive last.
        return updateCards.request(issue, { key: name, queue: name })
      })
    },
    async shown({ workspaceId, issueNumber, version }, where) {
      if (where !== null) await rememberCard(tracker, { workspaceId, issueNumber, ...where })
      const now = await findShownIssue(tracker, { workspaceId, issueNumber })
      if (now !== null && (now.deleted || now.issue.version !== version)) await updateAll(now, workspaceId)
    },
  }
}
