import { expect, test } from 'vitest'
import { expectRefused, sceneWithIssue } from '#test/refusals.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`

test('titles that do not fit are refused, when filed and when changed', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const titles = {
    'of 2 characters': 'ab',
    'of 101 characters': 'x'.repeat(101),
    'of spaces': '      ',
    'of 3 invisible characters': '\u200B\u200B\u200B',
    'with NUL': 'abc\0def',
    'with half of an emoji': 'abc \uD83D def',
    'of text in a list': ['abc'],
    'of a number': 123,
    'of null': null,
    'of an object': { toString: 'abc' },
  }
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(
      Object.entries(titles).flatMap(([name, title]) => [
        [`filed ${name}`, () => api.post(list, { title })],
        [`changed ${name}`, () => api.patch(one, { title })],
      ]),
    ),
  )
})

test('titles of 3 and of 100 characters fit, and are kept on one line', async () => {
  const { robin } = await sceneWithIssue()

  expect(await robin.api.post(list, { title: 'abc' })).toMatchObject({ status: 201 })
  expect(await robin.api.post(list, { title: 'x'.repeat(100) })).toMatchObject({ status: 201 })
  expect(await robin.api.post(list, { title: '  two \n lines\t ' })).toMatchObject({
    status: 201,
    body: { title: 'two lines' },
  })
})

test('text comes back as it was sent, whatever it contains', async () => {
  const { robin } = await sceneWithIssue()
  const words = {
    title: `"version":7 '; drop table issues; -- <script>`,
    description: 'größe \u{1F41B} \u2028 \\u0000 \\ " \b\f\r\n\t \u0001 \u007f 日本語 "version":9',
  }
  const filed = await robin.api.post(list, words)
  const read = await robin.api.get(`${list}/2`)

  expect(read.body).toMatchObject(words)
  expect(read.body).toEqual(filed.body)
  expect(read.headers.get('etag')).toBe(filed.headers.get('etag'))
  expect(read.headers.get('etag')).toMatch(/^"1-/)
})

test('descriptions, statuses and labels that do not fit are refused', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const wrong = {
    'a description of 20,001 characters': { description: 'x'.repeat(20_001) },
    'a description with NUL': { description: 'a\0b' },
    'a description with half of an emoji': { description: '\uDC1B' },
    'a status there is not': { status: 'closed' },
    'a status in capitals': { status: 'DONE' },
    'a label there is not': { labels: ['bug', 'nonsense'] },
    'a label in capitals': { labels: ['BUG'] },
    'labels that are no list': { labels: 'bug' },
    'a label that is no text': { labels: [{ name: 'bug' }] },
    'an empty label': { labels: [''] },
    'a label with NUL': { labels: ['bu\0g'] },
    '21 labels': { labels: Array.from({ length: 21 }, (_, i) => `label ${i}`) },
  }
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(
      Object.entries(wrong).flatMap(([name, fields]) => [
        [`filed with ${name}`, () => api.post(list, { title: 'A good title', ...fields })],
        [`changed to ${name}`, () => api.patch(one, { title: 'A good title', ...fields })],
      ]),
    ),
  )
})

test('a label named twice counts once', async () => {
  const { robin } = await sceneWithIssue()

  expect(await robin.api.post(list, { title: 'Twice', labels: ['feature', 'bug', 'feature'] })).toMatchObject(
    {
      status: 201,
      body: { labels: ['bug', 'feature'] },
    },
  )
})

test('every place that is wrong is named', async () => {
  const { robin } = await sceneWithIssue()

  const { body } = await robin.api.post(list, { title: 'ab', status: 'no', labels: ['bug', 7] })

  expect(body).toMatchObject({
    detail: expect.stringMatching(/^title: A title has at least 3 characters\. \(and 2 more\)$/),
    errors: [{ path: 'title' }, { path: 'status' }, { path: 'labels.1' }],
  })
})

test('fields that are not asked for are refused, the author among them', async () => {
  const here = await sceneWithIssue()
  const { api, userId } = here.robin
  const unknown: object[] = [
    { author: userId },
    { authorId: userId },
    { number: 7 },
    { version: 1 },
    { id: 1 },
    { createdAt: '2020-01-01T00:00:00Z' },
    { deletedAt: null },
    { workspaceId: 2 },
    { Title: 'capital' },
    { constructor: {} },
  ]
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries([
      ...unknown.flatMap((field) => [
        [`filed with ${JSON.stringify(field)}`, () => api.post(list, { title: 'A good title', ...field })],
        [`changed with ${JSON.stringify(field)}`, () => api.patch(one, { title: 'A good title', ...field })],
      ]),
      ['with __proto__', () => api.post(list, '{"title":"A good title","__proto__":{"status":"done"}}')],
    ]),
  )
})
