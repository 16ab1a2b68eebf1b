import { MessageType } from 'discord-api-types/v10'
import { expect, test } from 'vitest'
import type { ClientMessage } from '#local/discord/client-api.ts'
import { continues, startsDay } from '#local/discord/playground/messages/message-groups.ts'
import {
  inOrder,
  withEdit,
  withMessage,
  withoutMessage,
} from '#local/discord/playground/messages/message-pages.ts'
import type { MessagePages } from '#local/discord/playground/messages/message-pages.ts'

function message(id: string, fields: Partial<ClientMessage> = {}): ClientMessage {
  return {
    id,
    channel_id: '1',
    author: { id: '2', username: 'ada', global_name: null, discriminator: '0', avatar: null },
    content: '',
    timestamp: '2026-11-23T12:00:00.000Z',
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: MessageType.Default,
    ephemeral: false,
    loading: false,
    usedCommand: null,
    ...fields,
  }
}

/** Pages as they are fetched: the newest first, each oldest first. */
function pagesOf(...pages: string[][]): MessagePages {
  return {
    pages: pages.map((ids) => ids.map((id) => message(id))),
    pageParams: pages.map(() => null),
  }
}

function idsOf(pages: MessagePages | undefined): string[] | undefined {
  return pages && inOrder(pages).map(({ id }) => id)
}

test('a new message comes last, also when ids grow a digit', () => {
  expect(idsOf(withMessage(pagesOf(['98', '99'], ['97']), message('100')))).toEqual(['97', '98', '99', '100'])
})

test('a message which overtook another on the way takes its place by age', () => {
  expect(idsOf(withMessage(pagesOf(['10', '12']), message('11')))).toEqual(['10', '11', '12'])
})

test('a message that is already there is replaced, not doubled', () => {
  const pages = withMessage(pagesOf(['10', '11'], ['9']), message('9', { content: 'new' }))
  expect(idsOf(pages)).toEqual(['9', '10', '11'])
  expect(pages && inOrder(pages)[0]?.content).toBe('new')
})

test('an edit of a message that is too old to have been fetched changes nothing', () => {
  expect(idsOf(withEdit(pagesOf(['10']), message('1')))).toEqual(['10'])
})

test('a deleted message is gone from whichever page held it', () => {
  expect(idsOf(withoutMessage(pagesOf(['10'], ['8', '9']), '8'))).toEqual(['9', '10'])
})

test('a channel that was never opened stays unknown', () => {
  expect(withMessage(undefined, message('1'))).toBeUndefined()
})

test('messages of one author within seven minutes stand under one name', () => {
  const first = message('1')
  expect(continues(message('2', { timestamp: '2026-11-23T12:06:59.000Z' }), first)).toBe(true)
  expect(continues(message('2', { timestamp: '2026-11-23T12:07:00.000Z' }), first)).toBe(false)
})

test('an answer to a command always stands under its own name', () => {
  const usedCommand = { by: { id: '3', globalName: 'Bob', avatarUrl: '' }, name: 'issue view' }
  expect(continues(message('2', { usedCommand }), message('1'))).toBe(false)
})

test('the day is written above its first message only', () => {
  const first = message('1', { timestamp: '2026-11-20T12:00:00.000Z' })
  expect(startsDay(first, undefined)).toBe(true)
  expect(startsDay(message('2', { timestamp: '2026-11-20T12:30:00.000Z' }), first)).toBe(false)
  expect(startsDay(message('2'), first)).toBe(true)
})
