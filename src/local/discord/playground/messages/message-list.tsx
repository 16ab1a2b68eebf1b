import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment, useLayoutEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import type { ClientChannel, ClientMessage } from '#local/discord/client-api.ts'
import { MESSAGES_PER_PAGE } from '../api.ts'
import { useInteractions } from '../interactions.tsx'
import { useDismissed } from './dismissed.ts'
import { continues, startsDay } from './message-groups.ts'
import { inOrder } from './message-pages.ts'
import { Message } from './message.tsx'
import { SentCommandMessage } from './sent-command-message.tsx'
import { formatDay } from './timestamps.ts'

/** Closer to the end than this counts as reading along, and new messages scroll into view. */
const NEAR_END_PX = 120

export function MessageList({ channel, welcome }: { channel: ClientChannel; welcome: ReactNode }) {
  const { client, account, sent, dismissSent } = useInteractions()
  const { dismissed, dismiss } = useDismissed(account.id)
  const query = useInfiniteQuery({
    queryKey: [account.id, 'messages', channel.id],
    queryFn: ({ pageParam, signal }) => client.messages(channel.id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (oldest: ClientMessage[]) =>
      oldest.length < MESSAGES_PER_PAGE ? undefined : oldest[0]?.id,
    select: inOrder,
  })
  const messages = (query.data ?? []).filter(({ id }) => !dismissed.has(id))
  const waiting = sent.filter(({ channelId }) => channelId === channel.id)
  const scroller = useStickToEnd()

  return (
    <div
      className="messages"
      ref={scroller}
      role="log"
      aria-label={`Messages in ${channel.name}`}
      aria-busy={query.isPending}
      // A region that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <div className="messages__inner">
        {query.isPending ? <Skeleton /> : null}
        {query.isError ? (
          <div className="notice notice--failure" role="alert">
            <p>{query.error.message}</p>
            <button type="button" className="button button--secondary" onClick={() => void query.refetch()}>
              Try again
            </button>
          </div>
        ) : null}
        {query.isSuccess && !query.hasNextPage ? welcome : null}
        {query.hasNextPage ? (
          <button
            type="button"
            className="button button--secondary messages__older"
            disabled={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? 'Loading…' : 'Load older messages'}
          </button>
        ) : null}
        {messages.map((message, index) => (
          <Fragment key={message.id}>
            {startsDay(message, messages[index - 1]) ? (
              <div className="day">
                <span>{formatDay(new Date(message.timestamp))}</span>
              </div>
            ) : null}
            <Message
              message={message}
              compact={continues(message, messages[index - 1])}
              onDismiss={dismiss}
            />
          </Fragment>
        ))}
        {waiting.map((command) => (
          <SentCommandMessage key={command.key} command={command} onDismiss={dismissSent} />
        ))}
      </div>
    </div>
  )
}

/**
 * Keeps the end in view while it is being read, also when a picture or an edit changes a message's height, and
 * leaves someone who has scrolled up where they are.
 */
function useStickToEnd() {
  const scroller = useRef<HTMLDivElement>(null)
  const sticks = useRef(true)

  useLayoutEffect(() => {
    const element = scroller.current
    const content = element?.firstElementChild
    if (!element || !content) return undefined
    const toEnd = (): void => {
      if (sticks.current) element.scrollTop = element.scrollHeight
    }
    const remember = (): void => {
      sticks.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX
    }
    const observer = new ResizeObserver(toEnd)
    observer.observe(content)
    observer.observe(element)
    element.addEventListener('scroll', remember, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', remember)
    }
  }, [])

  return scroller
}

function Skeleton() {
  return (
    <div className="skeleton" role="status" aria-label="Loading messages">
      {[62, 38, 81, 47].map((width) => (
        <div key={width} className="skeleton__message">
          <span className="skeleton__avatar" />
          <span className="skeleton__line" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  )
}
