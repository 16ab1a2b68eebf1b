import { expect, test } from 'vitest'
import { decodeTarget, encodeTarget } from '#bot/custom-id.ts'

const largest = 2_147_483_647

test('what a button carries comes back as it went', () => {
  const page = {
    workspaceId: 7,
    status: 'done',
    author: '1'.repeat(19),
    olderThan: 12,
    newerThan: undefined,
  } as const

  expect(decodeTarget(encodeTarget('close', { workspaceId: 7, number: 12 }))).toEqual({
    kind: 'close',
    workspaceId: 7,
    number: 12,
  })
  expect(decodeTarget(encodeTarget('page', { ...page, label: 'a:b::' }))).toEqual({
    kind: 'page',
    ...page,
    label: 'a:b::',
  })
  expect(decodeTarget(encodeTarget('page', { workspaceId: 7 }))).toEqual({ kind: 'page', workspaceId: 7 })
})

test('the longest of everything fits', () => {
  const id = encodeTarget('page', {
    workspaceId: largest,
    status: 'inprogress',
    author: '9'.repeat(19),
    olderThan: largest,
    label: 'x'.repeat(40),
  })

  expect(id.length).toBeLessThanOrEqual(100)
  expect(decodeTarget(id)).toMatchObject({ label: 'x'.repeat(40) })
})
