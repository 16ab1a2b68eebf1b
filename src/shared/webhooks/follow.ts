import type { ClientBase } from 'pg'
import { z } from 'zod'
import { typesFor } from '../events/audience.ts'
import type { FollowBatch, RelayedEvent } from '../events/relay.ts'
import type { EventType } from '../events/schema.ts'
import type { JobRequest } from '../jobs/job.ts'

export const DeliveryKey = z.strictObject({ workspaceId: z.int(), deliveryId: z.uuid() })
export type DeliveryKey = z.infer<typeof DeliveryKey>

export const deliveryJobName = 'webhooks.deliver'

/** The job of one delivery, of which there is only one. */
export function requestDelivery(key: DeliveryKey, runAt?: Date): JobRequest {
  const request = { name: deliveryJobName, payload: key, key: `webhook:${key.deliveryId}` }
  return runAt === undefined ? request : { ...request, runAt }
}

interface Listener {
  id: string
  types: ReadonlySet<string>
}

const forEverybody: ReadonlySet<string> = new Set(typesFor('issue.read'))
/** What is to be delivered by it is there already. */
const orders: ReadonlySet<EventType> = new Set(['webhook.pinged', 'webhook.redelivered'])

/**
 * What webhooks are told of a batch. Which there are is kept in mind: whatever changes that is an event itself, and
 * comes by here before anything that follows it. So a batch that no webhook wants to know of costs no statement.
 */
export function followWebhooks({ newId, clock }: { newId: () => string; clock: () => Date }): FollowBatch {
  let known: ReadonlyMap<number, Listener[]> | null = null

  return async (client, events) => {
    if (known === null || events.some(({ type }) => type.startsWith('webhook.'))) known = await load(client)
    const listeners = known
    const rows = events.flatMap((event) =>
      wanting(event, listeners).map(({ id }) => ({
        workspace_id: event.workspaceId,
        id: newId(),
        webhook_id: id,
        event_id: event.id,
        type: event.type,
      })),
    )
    const made = rows.length === 0 ? [] : await insert(client, rows, clock())
    return [...made, ...events.flatMap(ordered)].map((key) => requestDelivery(key))
  }
}

function wanting({ workspaceId, type }: RelayedEvent, known: ReadonlyMap<number, Listener[]>): Listener[] {
  const listeners = workspaceId === null ? [] : (known.get(workspaceId) ?? [])
  return listeners.filter(({ types }) => types.has(type))
}

async function load(client: ClientBase): Promise<Map<number, Listener[]>> {
  const { rows } = await client.query<{ workspaceId: number; id: string; types: string[] }>({
    name: 'active-webhooks',
    text: `select workspace_id as "workspaceId", id, types from webhooks where status = 'active'`,
  })
  const listeners = new Map<number, Listener[]>()
  for (const { workspaceId, id, types } of rows) {
    const others = listeners.get(workspaceId) ?? []
    listeners.set(workspaceId, [...others, { id, types: types.length === 0 ? forEverybody : new Set(types) }])
  }
  return listeners
}

async function insert(client: ClientBase, rows: object[], now: Date): Promise<DeliveryKey[]> {
  const { rows: made } = await client.query<DeliveryKey>({
    name: 'make-deliveries',
    // A webhook may have been deleted meanwhile, and its event come only later.
    text: `insert into webhook_deliveries (workspace_id, id, webhook_id, event_id, type, next_at, created_at)
      select d.workspace_id, d.id, d.webhook_id, d.event_id, d.type, $2, $2
      from json_populate_recordset(null::webhook_deliveries, $1::json) d
      join webhooks h on h.workspace_id = d.workspace_id and h.id = d.webhook_id
      returning workspace_id as "workspaceId", id as "deliveryId"`,
    values: [JSON.stringify(rows), now],
  })
  return made
}

function ordered({ type, workspaceId, changes }: RelayedEvent): DeliveryKey[] {
  const { data: deliveryId } = z.uuid().safeParse(changes['deliveryId']?.after)
  if (!orders.has(type) || workspaceId === null || deliveryId === undefined) return []
  return [{ workspaceId, deliveryId }]
}
