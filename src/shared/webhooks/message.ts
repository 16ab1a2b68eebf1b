import { Webhook as Signer } from 'standardwebhooks'
import type { Claimed } from './claim.ts'
import type { WebhookMessage } from './schema.ts'

/** Makes a message of Discord's of one of ours: the body of its “Execute Webhook”. */
export type DiscordMessage = (message: WebhookMessage) => object

export interface Parcel {
  url: URL
  headers: Record<string, string>
  body: string
}

/**
 * What is sent, and signed by every secret that counts. The id is that of the delivery, and is the same however often it
 * is sent. Source: Standard Webhooks, “Webhook headers” and “Signature scheme”.
 */
export function parcelOf(
  deliveryId: string,
  { webhook, message }: Pick<Claimed, 'webhook' | 'message'>,
  { now, discordMessage }: { now: Date; discordMessage: DiscordMessage },
): Parcel {
  const url = new URL(webhook.url)
  if (webhook.format === 'discord') {
    // It answers when the message stands, and says what is wrong with it.
    url.searchParams.set('wait', 'true')
    return { url, headers: {}, body: JSON.stringify(discordMessage(message)) }
  }
  const body = JSON.stringify(message)
  const signatures = secretsOf(webhook, now).map((secret) => new Signer(secret).sign(deliveryId, now, body))
  const headers = {
    'webhook-id': deliveryId,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  }
  return { url, headers, body }
}

function secretsOf({ secret, previousSecret, previousSecretUntil }: Claimed['webhook'], now: Date): string[] {
  const previousCounts = previousSecretUntil !== null && new Date(previousSecretUntil) > now
  return [secret, previousCounts ? previousSecret : null].filter((one) => one !== null)
}
