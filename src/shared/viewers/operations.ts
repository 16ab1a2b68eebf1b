import sql from 'sql-template-tag'
import type { WorkspaceScope } from '../context.ts'
import type { NewEvent } from '../events/record.ts'
import { missingIssue } from '../issues/queries.ts'
import { lockForTalk } from '../issues/talk.ts'
import type { TalkedAbout } from '../issues/talk.ts'
import { operation } from '../operation.ts'
import { OneIssue, SetSubscription, Viewer } from './schema.ts'
import type { SubscriptionState } from './schema.ts'

/** Says “me too”: once, however often it is said. */
export const vote = operation({
  name: 'vote',
  summary: 'Vote for an issue',
  access: 'issue.vote',
  input: OneIssue,
  output: Viewer,
  subject: lockForTalk,
  missing: missingIssue,
  async run({ tx, actor, workspace, now, subject: issue }) {
    if (issue.voted) return { result: viewer(issue), event: null }
    const votes = issue.votes + 1
    tx.send(sql`
      insert into votes (workspace_id, issue_number, user_id, created_at)
      values (${workspace.id}, ${issue.number}, ${actor.userId}, ${now})`)
    tx.send(sql`
      update issues set votes = ${votes} where workspace_id = ${workspace.id} and number = ${issue.number}`)
    return {
      result: viewer({ ...issue, voted: true, votes }),
      event: {
        type: 'issue.voted',
        issueNumber: issue.number,
        changes: { votes: { before: issue.votes, after: votes } },
      },
    }
  },
})

/** Takes the caller's vote back, if there is one. */
export const unvote = operation({
  name: 'unvote',
  summary: 'Take back your vote for an issue',
  access: 'issue.vote',
  input: OneIssue,
  output: Viewer,
  subject: lockForTalk,
  missing: missingIssue,
  async run({ tx, actor, workspace, subject: issue }) {
    if (!issue.voted) return { result: viewer(issue), event: null }
    const votes = issue.votes - 1
    tx.send(sql`
      delete from votes where workspace_id = ${workspace.id} and issue_number = ${issue.number}
        and user_id = ${actor.userId}`)
    tx.send(sql`
      update issues set votes = ${votes} where workspace_id = ${workspace.id} and number = ${issue.number}`)
    return {
      result: viewer({ ...issue, voted: false, votes }),
      event: {
        type: 'issue.unvoted',
        issueNumber: issue.number,
        changes: { votes: { before: issue.votes, after: votes } },
      },
    }
  },
})

/** Follows an issue or mutes it. Whoever muted it is not subscribed again, whatever they do on it. */
export const setSubscription = operation({
  name: 'setSubscription',
  summary: 'Follow an issue, or mute it',
  access: 'issue.subscribe',
  input: SetSubscription,
  output: Viewer,
  subject: lockForTalk,
  missing: missingIssue,
  async run({ tx, actor, workspace, now, input: { state }, subject: issue }) {
    const muted = state === 'muted'
    if (issue.muted === muted) return { result: viewer(issue), event: null }
    tx.send(sql`
      insert into subscriptions (workspace_id, issue_number, user_id, muted, created_at)
      values (${workspace.id}, ${issue.number}, ${actor.userId}, ${muted}, ${now})
      on conflict (workspace_id, issue_number, user_id) do update set muted = excluded.muted`)
    return { result: viewer({ ...issue, muted }), event: subscriptionChanged(workspace, issue, state) }
  },
})

/** Neither follows the issue nor mutes it any more: the next comment or mention subscribes again. */
export const removeSubscription = operation({
  name: 'removeSubscription',
  summary: 'Stop following or muting an issue',
  access: 'issue.subscribe',
  input: OneIssue,
  output: Viewer,
  subject: lockForTalk,
  missing: missingIssue,
  async run({ tx, actor, workspace, subject: issue }) {
    if (issue.muted === null) return { result: viewer(issue), event: null }
    tx.send(sql`
      delete from subscriptions where workspace_id = ${workspace.id} and issue_number = ${issue.number}
        and user_id = ${actor.userId}`)
    return { result: viewer({ ...issue, muted: null }), event: subscriptionChanged(workspace, issue, null) }
  },
})

function viewer({ voted, votes, muted }: Pick<TalkedAbout, 'voted' | 'votes' | 'muted'>): Viewer {
  return { voted, votes, subscription: stateOf(muted) }
}

function stateOf(muted: boolean | null): SubscriptionState | null {
  if (muted === null) return null
  return muted ? 'muted' : 'following'
}

/** What somebody follows is nobody else's business: the event is in no workspace, and so in nobody's history. */
function subscriptionChanged(
  { slug, key }: WorkspaceScope,
  { number, muted }: TalkedAbout,
  after: SubscriptionState | null,
): NewEvent {
  const issue = `${key}-${number}`
  return {
    type: 'subscription.changed',
    workspaceId: null,
    changes: {
      workspace: { before: slug, after: slug },
      issue: { before: issue, after: issue },
      subscription: { before: stateOf(muted), after },
    },
  }
}
