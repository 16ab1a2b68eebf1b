import type { ClientMessage } from '#local/discord/client-api.ts'
import { isSameDay } from './timestamps.ts'

/** Discord draws messages of one author within this time under one name. */
const GROUP_MS = 7 * 60_000

/** Whether a message stands under the name of the one before it. */
export function continues(message: ClientMessage, before: ClientMessage | undefined): boolean {
  if (
    !before ||
    message.usedCommand ||
    message.referenced_message ||
    message.ephemeral !== before.ephemeral
  ) {
    return false
  }
  const sent = new Date(message.timestamp)
  const sentBefore = new Date(before.timestamp)
  return (
    message.author.id === before.author.id &&
    isSameDay(sent, sentBefore) &&
    sent.getTime() - sentBefore.getTime() < GROUP_MS
  )
}

/** Whether a message is the first of its day, and so has the day written above it. */
export function startsDay(message: ClientMessage, before: ClientMessage | undefined): boolean {
  return !before || !isSameDay(new Date(message.timestamp), new Date(before.timestamp))
}
