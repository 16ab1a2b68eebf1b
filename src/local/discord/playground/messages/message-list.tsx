import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Fragment, useCallback, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import type { ClientChannel, ClientMessage } from '#local/discord/client-api.ts'
import { MESSAGES_PER_PAGE } from '../api.ts'
import { useInteractions } from '../interactions.tsx'
import { continues, startsDay } from './message-groups.ts'
import { inOrder, withoutMessage } from './message-pages.ts'
import type { MessagePages } from './message-pages.ts'
import { Message } from './message.tsx'
import { useScrolling } from './scrolling.ts'
import { SentCommandMessage } from './sent-command-message.tsx'
import { formatDay } from './timestamps.ts'

export function MessageList({ channel, welcome }: { channel: ClientChannel; welcome: ReactNode }) {
  const { client, account, sent, dismissSent } = useInteractions()
  const query = useInfiniteQuery({
    queryKey: [account.id, 'messages', channel.id],
    queryFn: ({ pageParam, signal }) => client.messages(channel.id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (oldest: ClientMessage[]) =>
      oldest.length < MESSAGES_PER_PAGE ? undefined : oldest[0]?.id,
    select: inOrder,
  })
  const messages = query.data ?? []
  const waiting = sent.filter(({ channelId }) => channelId === channel.id)
  const { scroller, isAtEnd, toEnd, keepPlace } = useScrolling()
  const dismiss = useDismissal(channel.id)
  const ownMessage = messages.findLast(({ author }) => author.id === account.id)
  useFollowOwn(`${ownMessage?.id ?? ''} ${waiting.at(-1)?.key ?? ''}`, toEnd)

  return (
    <div className="messages-frame">
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
              onClick={() => {
                keepPlace()
                void query.fetchNextPage()
              }}
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
      {isAtEnd ? null : (
        <button type="button" className="to-present" onClick={toEnd}>
          <span>Viewing older messages</span>
          <strong>Jump to present</strong>
        </button>
      )}
    </div>
  )
}

/** Whoever says something wants to see it, and what comes back, wherever they had scrolled to. */
function useFollowOwn(newest: string, toEnd: () => void): void {
  const seen = useRef(newest)
  useEffect(() => {
    if (newest === seen.current) return
    seen.current = newest
    toEnd()
  }, [newest, toEnd])
}

function useDismissal(channelId: string): (messageId: string) => void {
  const queries = useQueryClient()
  const { client, account } = useInteractions()
  return useCallback(
    (messageId: string) => {
      const queryKey = [account.id, 'messages', channelId]
      queries.setQueryData<MessagePages>(queryKey, (pages) => withoutMessage(pages, messageId))
      // What could not be dismissed comes back into view, which says enough.
      client.dismiss(channelId, messageId).catch(() => queries.invalidateQueries({ queryKey }))
    },
    [account.id, channelId, client, queries],
  )
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
