import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import type { ClientAccount, ClientEvent } from '#local/discord/client-api.ts'
import { eventsUrl } from './api.ts'
import { withEdit, withMessage, withoutMessage } from './messages/message-pages.ts'
import type { MessagePages } from './messages/message-pages.ts'

const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 10_000

export interface Live {
  /** Whether events arrive. Null before the first attempt has come to something. */
  connected: boolean | null
  /** Null until the server has said. */
  botOnline: boolean | null
  unread: ReadonlySet<string>
  markRead: (channelId: string) => void
}

/**
 * Keeps what the page has fetched for an account true while it looks at it. After a break everything is fetched
 * anew, since events that were missed are not repeated.
 */
export function useLive(account: ClientAccount): Live {
  const queries = useQueryClient()
  const [connected, setConnected] = useState<boolean | null>(null)
  const [botOnline, setBotOnline] = useState<boolean | null>(null)
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set<string>())

  const markRead = useCallback((channelId: string) => {
    setUnread((before) =>
      before.has(channelId) ? new Set([...before].filter((id) => id !== channelId)) : before,
    )
  }, [])

  useEffect(() => {
    const change = (
      channelId: string,
      edit: (pages: MessagePages | undefined) => MessagePages | undefined,
    ) => {
      const queryKey = [account.id, 'messages', channelId]
      queries.setQueryData<MessagePages>(queryKey, edit)
      // An answer that is on its way may have been written before this event, and would undo it.
      if (queries.isFetching({ queryKey }) > 0) void queries.invalidateQueries({ queryKey })
    }

    const apply = (event: ClientEvent): void => {
      switch (event.type) {
        case 'message.created':
        case 'message.updated': {
          const isNew = event.type === 'message.created'
          change(event.channelId, (pages) => (isNew ? withMessage : withEdit)(pages, event.message))
          if (event.type === 'message.updated' || event.message.author.id === account.id) return
          setUnread((before) => new Set([...before, event.channelId]))
          // A first direct message comes from a channel which did not exist when the list was fetched.
          void queries.invalidateQueries({ queryKey: [account.id, 'directs'] })
          return
        }
        case 'message.deleted':
          change(event.channelId, (pages) => withoutMessage(pages, event.messageId))
          return
        case 'commands.changed':
          void queries.invalidateQueries({ queryKey: [account.id, 'commands'] })
          return
        case 'bot.presence':
          setBotOnline(event.online)
      }
    }

    let source: EventSource | null = null
    let retryMs = FIRST_RETRY_MS
    let retry: number | undefined
    let missedEvents = false

    const open = (): void => {
      source = new EventSource(eventsUrl(account))
      source.addEventListener('open', () => {
        setConnected(true)
        retryMs = FIRST_RETRY_MS
        if (missedEvents) void queries.invalidateQueries({ queryKey: [account.id] })
        missedEvents = false
      })
      source.addEventListener('message', (message: MessageEvent<string>) => {
        // The contract with the server, client-api.ts, says what `data` holds.
        const event: ClientEvent = JSON.parse(message.data)
        apply(event)
      })
      source.addEventListener('error', () => {
        setConnected(false)
        missedEvents = true
        // The browser reconnects by itself after a dropped connection, but gives up for good after an HTTP error.
        if (source?.readyState !== EventSource.CLOSED) return
        retry = window.setTimeout(open, retryMs)
        retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
      })
    }

    open()
    return () => {
      source?.close()
      window.clearTimeout(retry)
      setConnected(null)
      setUnread(new Set<string>())
    }
  }, [account, queries])

  return { connected, botOnline, unread, markRead }
}
