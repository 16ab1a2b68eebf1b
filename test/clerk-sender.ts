import { Webhook } from 'standardwebhooks'
import { v7 as uuidv7 } from 'uuid'
import type { Answer, ApiClient } from './api-client.ts'
import type { World } from './world.ts'

export interface Sending {
  /** Svix's id of the message; a new one without it. */
  id?: string
  /** When it was signed. */
  at?: Date
  secret?: string
  /** What is sent in the place of what was signed. */
  body?: string
  headers?: Record<string, string>
  /** Which process it reaches. */
  to?: ApiClient
}

/** Sends the tracker what Clerk would, signed as Svix does. */
export function senderOf({ clerk, anonymous }: World) {
  return (type: string, data: object, sending: Sending = {}): Promise<Answer> => {
    const {
      id = `msg_${uuidv7()}`,
      at = new Date(),
      secret = clerk.webhookSigningSecret,
      to = anonymous,
    } = sending
    const signed = JSON.stringify({
      object: 'event',
      type,
      data,
      instance_id: 'ins_1',
      timestamp: at.getTime(),
    })
    return to.send('POST', '/api/clerk/webhook', sending.body ?? signed, {
      'svix-id': id,
      'svix-timestamp': String(Math.floor(at.getTime() / 1000)),
      'svix-signature': new Webhook(secret).sign(id, at, signed),
      ...sending.headers,
    })
  }
}

/** A user as Clerk tells of one. */
export function userData(id: string, changes: object = {}): object {
  return {
    object: 'user',
    id,
    first_name: 'Robyn',
    last_name: 'Tester',
    username: null,
    image_url: 'https://img.clerk.com/robyn',
    banned: false,
    updated_at: Date.now() + 60_000,
    external_accounts: [],
    email_addresses: [],
    ...changes,
  }
}
