import type { InfiniteData } from '@tanstack/react-query'
import type { ClientMessage } from '#local/discord/client-api.ts'

/** The messages of a channel as they were fetched: the first page holds the newest; each page is oldest first. */
export type MessagePages = InfiniteData<ClientMessage[], string | null>

/** Adds a new message, or replaces the one it is a newer state of. Does nothing while the channel was never opened. */
export function withMessage(
  pages: MessagePages | undefined,
  message: ClientMessage,
): MessagePages | undefined {
  if (!pages) return undefined
  if (pages.pages.some((page) => page.some(({ id }) => id === message.id))) return withEdit(pages, message)
  const [newest = [], ...older] = pages.pages
  return { ...pages, pages: [[...newest, message].sort(byAge), ...older] }
}

/** Replaces a message. One that has not been fetched yet, being too old, is left to be fetched. */
export function withEdit(pages: MessagePages | undefined, message: ClientMessage): MessagePages | undefined {
  if (!pages) return undefined
  const replace = (other: ClientMessage): ClientMessage => (other.id === message.id ? message : other)
  return { ...pages, pages: pages.pages.map((page) => page.map(replace)) }
}

export function withoutMessage(pages: MessagePages | undefined, messageId: string): MessagePages | undefined {
  if (!pages) return undefined
  return { ...pages, pages: pages.pages.map((page) => page.filter(({ id }) => id !== messageId)) }
}

/** All messages, oldest first. */
export function inOrder(pages: MessagePages): ClientMessage[] {
  return pages.pages.toReversed().flat()
}

/** Snowflakes begin with their time; they are too long to compare as numbers. */
function byAge(a: { id: string }, b: { id: string }): number {
  return a.id.length - b.id.length || (a.id < b.id ? -1 : Number(a.id > b.id))
}
