import { z } from 'zod'
import { EventType, WorkspaceEvent } from '../events/schema.ts'
import { User } from '../identity/schema.ts'
import { Issue } from '../issues/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'
import { Workspace } from '../workspaces/schema.ts'

export const WebhookFormat = z.enum(['json', 'discord']).meta({
  description:
    '`json`: signed as the Standard Webhooks have it. `discord`: a message for a webhook address of Discord.',
})
export type WebhookFormat = z.infer<typeof WebhookFormat>

const WebhookStatus = z.enum(['active', 'paused', 'failing', 'gone']).meta({
  description:
    '`failing`: it has taken nothing for a day. `gone`: it said that it is no more. Both are told of nothing new until they are made active again.',
})

const Name = z
  .string()
  .trim()
  .min(1, 'A webhook needs a name to be told from others by.')
  .max(60, 'A name has at most 60 characters.')
  .refine((name) => /^[^\p{C}]*$/u.test(name), 'A name is one line of ordinary characters.')
  .meta({ example: 'Deploy bot' })

const Address = z.string().max(2_000, 'An address has at most 2,000 characters.').meta({
  description: 'Where to send it: https, and not in a private network.',
  example: 'https://example.com/hook',
})

const Types = z.array(EventType).max(EventType.options.length).meta({
  description: 'What to tell of. None: everything that everybody who reads the workspace is told.',
})

export const Webhook = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string().meta({ description: 'Of an address of Discord without its end, which is a secret.' }),
    format: WebhookFormat,
    types: z.array(z.string()),
    status: WebhookStatus,
    createdBy: User,
    createdAt: z.iso.datetime(),
    succeededAt: z.iso.datetime().nullable().meta({ description: 'The last success, to the minute.' }),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.infer<typeof Webhook>

export const Webhooks = z.object({ data: z.array(Webhook) }).meta({ id: 'Webhooks' })

const secret = z.string().meta({
  description: 'What to verify signatures with, as the Standard Webhooks have it. It is shown this once.',
  example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
})

export const NewWebhook = Webhook.extend({ secret: secret.nullable() }).meta({ id: 'NewWebhook' })

export const RotatedSecret = z
  .object({
    secret,
    previousUntil: z.iso
      .datetime()
      .meta({ description: 'Until then deliveries carry a second signature, by the secret before.' }),
  })
  .meta({ id: 'RotatedSecret' })

export const CreateWebhook = z.strictObject({
  name: Name,
  url: Address,
  format: WebhookFormat.default('json'),
  types: Types.default([]),
})

export const OfWebhook = z.strictObject({ webhookId: z.uuid() })
export const ChangeWebhook = OfWebhook.extend({
  name: Name.optional(),
  url: Address.optional(),
  types: Types.optional(),
  status: WebhookStatus.extract(['active', 'paused']).optional(),
})
export const OfDelivery = OfWebhook.extend({ deliveryId: z.uuid() })

const DeliveryStatus = z.enum(['pending', 'delivered', 'failed', 'skipped']).meta({
  description:
    '`skipped`: not sent, because the webhook is off, or what it tells of was hidden or deleted meanwhile.',
})

/** One event on its way to one webhook; what came back is that of the last attempt. */
export const WebhookDelivery = z
  .object({
    id: z
      .uuid()
      .meta({ description: 'The `webhook-id` that the receiver knows it by, however often it is sent.' }),
    type: z.string().meta({ description: 'The type of the event, or `ping`.' }),
    eventId: z.uuid().nullable(),
    status: DeliveryStatus,
    attempts: z.int(),
    nextAt: z.iso.datetime().nullable().meta({ description: 'When it is tried next.' }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    responseStatus: z.int().nullable(),
    responseBody: z.string().nullable().meta({ description: 'Its first kilobyte.' }),
    durationMs: z.int().nullable(),
    problem: z.string().nullable().meta({ description: 'Why the last attempt did not succeed.' }),
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDelivery = z.infer<typeof WebhookDelivery>

export const WebhookDeliveryPage = z
  .object({ data: z.array(WebhookDelivery), nextCursor: z.string().nullable() })
  .meta({ id: 'WebhookDeliveryPage' })

export const ListDeliveries = OfWebhook.extend({
  status: DeliveryStatus.optional(),
  limit: pageLimit({ default: 25, max: 100 }),
  cursor: PageCursor.optional(),
})

/** What a webhook is sent, in the format `json`; other formats are made of it. */
export const WebhookMessage = z
  .object({
    type: z.string(),
    timestamp: z.iso.datetime().meta({ description: 'When it happened.' }),
    data: z.object({
      workspace: Workspace.pick({ slug: true, name: true }),
      event: WorkspaceEvent.nullable().meta({ description: 'Null in a ping.' }),
      issue: Issue.pick({ number: true, reference: true, title: true, status: true })
        .nullable()
        .meta({ description: 'What it is about, as it is by now.' }),
    }),
  })
  .meta({ id: 'WebhookMessage' })
export type WebhookMessage = z.infer<typeof WebhookMessage>
