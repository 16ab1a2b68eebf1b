import sql from 'sql-template-tag'
import type { Tracker } from '../context.ts'
import type { Transaction } from '../db/transaction.ts'
import { recordEvent } from '../events/record.ts'
import type { Claimed } from './claim.ts'
import type { DeliveryKey } from './follow.ts'
import type { Webhook } from './schema.ts'
import type { Outcome } from './sending.ts'

/** How long after each attempt the next one is made; with the last one a day has gone by. In seconds. */
const pauses = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 28_800]
/** A webhook is failing when nothing has succeeded for about as long. */
const failingMs = 23 * 3_600_000
const noteMs = 60_000

/** Answers by which a receiver says that it is no more. Of Discord's: the webhook was deleted, or its token changed. */
const goneStatuses = { json: [410], discord: [401, 403, 404, 410] }

export interface Settled {
  /** When it is tried next; null when it is done with. */
  nextAt: Date | null
}

type Settler = Pick<Tracker, 'db' | 'clock' | 'newId' | 'relay'>

/** Writes down what came of an attempt, and what that means for the webhook. */
export async function settle(
  tracker: Settler,
  key: DeliveryKey,
  { attempts, webhook }: Claimed,
  { durationMs, response, problem }: Outcome,
): Promise<Settled> {
  const now = tracker.clock()
  const isGone = response !== null && goneStatuses[webhook.format].includes(response.status)
  const pause = pauses[attempts - 1]
  const isOver = problem === null || isGone || pause === undefined
  const nextAt = isOver
    ? null
    : new Date(now.getTime() + Math.max(pause * 1_000, response?.retryAfterMs ?? 0))
  const status = problem === null ? 'delivered' : isOver ? 'failed' : 'pending'

  await tracker.db.transaction(async (tx) => {
    const scope = { tx, tracker, now, key, webhook }
    // The webhook first, as operations take their locks.
    if (problem === null) await noteSuccess(scope)
    else if (isGone) await turn(scope, 'gone', problem)
    else if (isOver) await turn(scope, 'failing', problem)
    tx.send(sql`
      update webhook_deliveries set status = ${status}::delivery_status, next_at = ${nextAt},
        finished_at = ${isOver ? now : null}, response_status = ${response?.status ?? null},
        response_body = ${response?.body ?? null}, duration_ms = ${durationMs}, problem = ${problem}
      where workspace_id = ${key.workspaceId} and id = ${key.deliveryId} and status = 'pending' and attempts = ${attempts}`)
  })
  tracker.relay.wake()
  return { nextAt }
}

/** Writes down that it was not sent, and why. */
export async function skip(tracker: Settler, key: DeliveryKey, problem: string): Promise<void> {
  await tracker.db.query(sql`
    update webhook_deliveries set status = 'skipped', next_at = null, finished_at = ${tracker.clock()},
      problem = ${problem}
    where workspace_id = ${key.workspaceId} and id = ${key.deliveryId} and status = 'pending'`)
}

interface Scope {
  tx: Transaction
  tracker: Settler
  now: Date
  key: DeliveryKey
  webhook: Claimed['webhook']
}

/** To the minute, so that many deliveries do not queue for one row. What failed, and now does not, is active again. */
async function noteSuccess({ tx, tracker, now, key, webhook }: Scope): Promise<void> {
  const [before] = await tx.query<{ status: Webhook['status'] }>(sql`
    update webhooks h set succeeded_at = ${now}, status = case h.status when 'failing' then 'active' else h.status end
    from (select status from webhooks where workspace_id = ${key.workspaceId} and id = ${webhook.id}) before
    where h.workspace_id = ${key.workspaceId} and h.id = ${webhook.id}
      and (h.status = 'failing' or coalesce(h.succeeded_at, '-infinity') < ${new Date(now.getTime() - noteMs)})
    returning before.status`)
  if (before?.status !== 'failing') return
  record({ tx, tracker, now, key, webhook }, 'webhook.changed', {
    status: { before: 'failing', after: 'active' },
  })
}

async function turn(scope: Scope, status: 'failing' | 'gone', problem: string): Promise<void> {
  const { tx, now, key, webhook } = scope
  const since = new Date(now.getTime() - failingMs)
  const [before] = await tx.query<{ status: Webhook['status'] }>(sql`
    update webhooks h set status = ${status}::webhook_status
    from (select status from webhooks where workspace_id = ${key.workspaceId} and id = ${webhook.id}) before
    where h.workspace_id = ${key.workspaceId} and h.id = ${webhook.id} and h.status in ('active', 'failing')
      and h.status <> ${status}::webhook_status
      and (${status} = 'gone' or coalesce(h.succeeded_at, '-infinity') < ${since})
    returning before.status`)
  if (before === undefined) return
  const type = status === 'gone' ? 'webhook.gone' : 'webhook.failing'
  record(scope, type, {
    status: { before: before.status, after: status },
    problem: { before: null, after: problem },
  })
}

/** An event needs somebody who did it: that is who had the webhook made, through nobody's door. */
function record(
  { tx, tracker, now, key, webhook }: Scope,
  type: 'webhook.changed' | 'webhook.failing' | 'webhook.gone',
  changes: Parameters<typeof recordEvent>[1]['changes'],
): void {
  const actor = { userId: webhook.createdById, door: 'job' as const }
  const event = { type, workspaceId: key.workspaceId, subjectId: webhook.id, changes }
  recordEvent({ tx, tracker, actor, workspace: null, now }, event)
}
