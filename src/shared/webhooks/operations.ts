import { randomBytes } from 'node:crypto'
import sql from 'sql-template-tag'
import { z } from 'zod'
import type { WorkspaceScope } from '../context.ts'
import { AppError } from '../errors.ts'
import { difference } from '../events/record.ts'
import type { Changes } from '../events/schema.ts'
import { operation } from '../operation.ts'
import type { Scope } from '../operation.ts'
import type { Subject } from '../policy.ts'
import { lockWorkspace } from '../workspaces/lock.ts'
import { parseAddress } from './address.ts'
import { missingWebhook, presentDelivery, presentWebhook } from './queries.ts'
import {
  ChangeWebhook,
  CreateWebhook,
  NewWebhook,
  OfDelivery,
  OfWebhook,
  RotatedSecret,
  Webhook,
  WebhookDelivery,
} from './schema.ts'

/** Enough for a person to look through, and few enough that an event need not be sent to the whole world. */
const webhooksPerWorkspace = 10
const secretBytes = 32
/** How long deliveries are signed by the secret before a rotation, too. */
const overlapMs = 86_400_000

type LockedWebhook = Subject &
  Pick<Webhook, 'id' | 'name' | 'url' | 'format' | 'types' | 'status'> & { secret: string | null }

/** Throws `invalid` for an address that nothing is sent to, `conflict` when there are too many. */
export const createWebhook = operation({
  name: 'createWebhook',
  summary: 'Add a webhook',
  access: 'webhook.manage',
  input: CreateWebhook,
  output: NewWebhook,
  async run({ tx, tracker, actor, workspace, now, input: { name, format, types, url: address } }) {
    const url = parseAddress(address, format, tracker.local)
    // Under the workspace's lock, so that two at once cannot both be the last one.
    lockWorkspace({ tx, workspace })
    const others = await tx.query(sql`select 1 from webhooks where workspace_id = ${workspace.id}`)
    if (others.length >= webhooksPerWorkspace) {
      throw new AppError(
        'conflict',
        `A workspace has at most ${webhooksPerWorkspace} webhooks. Delete one that is not needed any more.`,
      )
    }
    const id = tracker.newId()
    const secret = format === 'json' ? newSecret() : null
    tx.send(sql`
      insert into webhooks (workspace_id, id, name, url, format, types, secret, created_by_id, created_at)
      values (${workspace.id}, ${id}, ${name}, ${url.href}, ${format}::webhook_format, ${types}, ${secret},
        ${actor.userId}, ${now})`)
    const changes = difference({}, { name, format, types, url: url.origin })
    return {
      result: presentWebhook(tx, workspace.id, id).then((webhook) => ({ ...webhook, secret })),
      event: { type: 'webhook.created', subjectId: id, changes },
    }
  },
})

/** Throws `invalid` for an address that nothing is sent to. Made active again, it starts afresh. */
export const changeWebhook = operation({
  name: 'changeWebhook',
  summary: 'Change a webhook, pause it or make it active again',
  access: 'webhook.manage',
  input: ChangeWebhook,
  output: Webhook,
  subject: lockWebhook,
  missing: missingWebhook,
  async run({ tx, tracker, workspace, input, subject: before }) {
    const { name = before.name, types = before.types, status = before.status } = input
    const url =
      input.url === undefined ? before.url : parseAddress(input.url, before.format, tracker.local).href
    const changes: Changes = difference(before, { name, types, status })
    // What comes after the host may be a secret.
    if (url !== before.url)
      changes['url'] = { before: new URL(before.url).origin, after: new URL(url).origin }
    tx.send(sql`
      update webhooks set name = ${name}, types = ${types}, status = ${status}::webhook_status, url = ${url}
      where workspace_id = ${workspace.id} and id = ${before.id}`)
    return {
      result: presentWebhook(tx, workspace.id, before.id),
      event:
        Object.keys(changes).length === 0 ? null : { type: 'webhook.changed', subjectId: before.id, changes },
    }
  },
})

/** What was not delivered yet is not delivered any more, and the log of it goes, too. */
export const deleteWebhook = operation({
  name: 'deleteWebhook',
  summary: 'Delete a webhook',
  access: 'webhook.manage',
  input: OfWebhook,
  output: z.null(),
  subject: lockWebhook,
  missing: missingWebhook,
  async run({ tx, workspace, subject: { id, name } }) {
    tx.send(sql`delete from webhooks where workspace_id = ${workspace.id} and id = ${id}`)
    const changes = { name: { before: name, after: null } }
    return { result: null, event: { type: 'webhook.deleted', subjectId: id, changes } }
  },
})

/** For a day deliveries are signed by both. Throws `conflict` for a webhook that signs nothing. */
export const rotateWebhookSecret = operation({
  name: 'rotateWebhookSecret',
  summary: 'Give a webhook a new secret',
  access: 'webhook.manage',
  input: OfWebhook,
  output: RotatedSecret,
  subject: lockWebhook,
  missing: missingWebhook,
  async run({ tx, workspace, now, subject: { id, secret: before } }) {
    if (before === null)
      throw new AppError('conflict', 'What is sent to Discord is not signed, so there is no secret.')
    const secret = newSecret()
    const previousUntil = new Date(now.getTime() + overlapMs)
    tx.send(sql`
      update webhooks set secret = ${secret}, previous_secret = ${before}, previous_secret_until = ${previousUntil}
      where workspace_id = ${workspace.id} and id = ${id}`)
    return {
      result: { secret, previousUntil: previousUntil.toISOString() },
      event: { type: 'webhook.secret-rotated', subjectId: id, changes: {} },
    }
  },
})

/** Sends something harmless. Throws `conflict` while the webhook is off. */
export const pingWebhook = operation({
  name: 'pingWebhook',
  summary: 'Try a webhook',
  access: 'webhook.manage',
  input: OfWebhook,
  output: WebhookDelivery,
  subject: lockWebhook,
  missing: missingWebhook,
  async run({ tx, tracker, workspace, now, subject: webhook }) {
    assertOn(webhook)
    const id = tracker.newId()
    tx.send(sql`
      insert into webhook_deliveries (workspace_id, id, webhook_id, type, next_at, created_at)
      values (${workspace.id}, ${id}, ${webhook.id}, 'ping', ${now}, ${now})`)
    return {
      result: presentDelivery(tx, workspace.id, id),
      event: { type: 'webhook.pinged', subjectId: webhook.id, changes: naming(id) },
    }
  },
})

/**
 * Sends once more what was delivered or given up, under the same id: a receiver who has it knows it again. Throws
 * `conflict` while it is on its way, or the webhook is off.
 */
export const redeliver = operation({
  name: 'redeliver',
  summary: 'Send a webhook something once more',
  access: 'webhook.manage',
  input: OfDelivery,
  output: WebhookDelivery,
  subject: lockWebhook,
  missing: missingWebhook,
  async run({ tx, workspace, now, subject: webhook, input: { deliveryId: id } }) {
    assertOn(webhook)
    const [delivery] = await tx.query<{ status: string }>(sql`
      select status from webhook_deliveries
      where workspace_id = ${workspace.id} and id = ${id} and webhook_id = ${webhook.id} for update`)
    if (delivery === undefined)
      throw new AppError(
        'not_found',
        'There is no delivery with this id, or it is too long ago: they are kept for 30 days.',
      )
    if (delivery.status === 'pending')
      throw new AppError('conflict', 'It is still on its way. Wait until that has come to an end.')
    tx.send(sql`
      update webhook_deliveries set status = 'pending', attempts = 0, next_at = ${now}, finished_at = null
      where workspace_id = ${workspace.id} and id = ${id}`)
    return {
      result: presentDelivery(tx, workspace.id, id),
      event: { type: 'webhook.redelivered', subjectId: webhook.id, changes: naming(id) },
    }
  },
})

async function lockWebhook(
  { tx, workspace }: Scope<WorkspaceScope>,
  { webhookId }: { webhookId: string },
): Promise<LockedWebhook | null> {
  const [webhook] = await tx.query<LockedWebhook>(sql`
    select id, name, url, format, types, status, secret from webhooks
    where workspace_id = ${workspace.id} and id = ${webhookId} for no key update`)
  return webhook ?? null
}

function assertOn({ status }: LockedWebhook): void {
  if (status === 'active' || status === 'failing') return
  throw new AppError('conflict', 'This webhook is not active. Make it active first.')
}

/** The delivery is not in the event's words, but the relay has to find it. */
function naming(deliveryId: string): Changes {
  return { deliveryId: { before: null, after: deliveryId } }
}

function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`
}
