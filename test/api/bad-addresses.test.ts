import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Answer } from '#test/api-client.ts'
import { problem } from '#test/problems.ts'
import { expectRefused, sceneWithIssue } from '#test/refusals.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`

test('numbers that no issue can have are refused; one that could have is not found', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const ways = (number: string): [string, () => Promise<Answer>][] => [
    [`read ${number}`, () => api.get(`${list}/${number}`)],
    [`change ${number}`, () => api.patch(`${list}/${number}`, { title: 'A good title' })],
    [`delete ${number}`, () => api.delete(`${list}/${number}`)],
    [`restore ${number}`, () => api.post(`${list}/${number}/restore`)],
    [`history of ${number}`, () => api.get(`${list}/${number}/history`)],
    [`permissions of ${number}`, () => api.get(`${list}/${number}/permissions`)],
  ]
  const impossible = [
    '0',
    '-1',
    '2147483648',
    '9007199254740993',
    '1e3000',
    'abc',
    '1.5',
    '0x1',
    '1e0',
    '%201',
    '1%00',
    '٣',
    'null',
    'NaN',
    "1'--",
  ]
  await expectRefused(here, 'invalid', Object.fromEntries(impossible.flatMap(ways)))
  await expectRefused(here, 'not_found', Object.fromEntries(['2', '1000000000', '2147483647'].flatMap(ways)))
})

test('addresses that are not there are not found, whatever they are made of', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const slugs = [
    'HOME',
    'Home',
    'home%00',
    '%00',
    'home%20',
    'x'.repeat(5000),
    '%E0%A4%A',
    '%zz',
    'h%C3%B6me',
    '..%2Fhome',
    "home'--",
    '%F0%9F%90%9B',
    '%EF%BB%BFhome',
  ]
  await expectRefused(
    here,
    'not_found',
    Object.fromEntries([
      ...slugs.flatMap((slug): [string, () => Promise<Answer>][] => {
        const at = `/api/v1/workspaces/${slug}`
        return [
          [`read ${slug}`, () => api.get(at)],
          [`list ${slug}`, () => api.get(`${at}/issues`)],
          [`file ${slug}`, () => api.post(`${at}/issues`, { title: 'A good title' })],
          [`rename ${slug}`, () => api.patch(at, { name: 'Renamed' })],
        ]
      }),
      ['an unknown route', () => api.get('/api/v1/nonsense')],
      ['a route of another version', () => api.get('/api/v2/me')],
      ['below a route', () => api.get(`${one}/nonsense`)],
      ['with a slash at the end', () => api.get(`${list}/`)],
      ['two slashes', () => api.get('/api/v1//me')],
      ['bad percent signs', () => api.get('/api/v1/%E0%A4%A')],
      ['a wrong method', () => api.put(one, { title: 'A good title' })],
      ['another wrong method', () => api.delete(list)],
      ['a method nobody knows', () => api.send('BREW', one, undefined)],
    ]),
  )
})

test('an address that is there says what can be done with it', async () => {
  const { robin, anonymous } = await sceneWithIssue()
  const { api } = robin

  expect(await api.put(one, { title: 'A good title' })).toEqual(
    problem('not_found', /^PUT cannot be done here; GET, PATCH, and DELETE can\.$/),
  )
  expect(await api.delete(list)).toEqual(
    problem('not_found', /^DELETE cannot .+; GET, POST, and PATCH can\.$/),
  )
  expect(await anonymous.post('/healthz')).toEqual(problem('not_found', /; GET can\.$/))
  expect(await anonymous.get('/healthz/x')).toEqual(problem('not_found', /^There is no such address\./))
  expect(await anonymous.get('/readyz/')).toEqual(problem('not_found', /^There is no such address\./))
})

test('parameters that are not asked for, or do not fit, are refused', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const queries = [
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=abc',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'limit=1e1',
    'limit=0x10',
    'status=closed',
    'status=',
    'status=done&status=todo',
    'label=',
    `label=${'x'.repeat(41)}`,
    'label=%00',
    'label=a,b',
    'author=robin',
    'author=',
    'author=%00',
    'cursor=',
    'cursor=nonsense',
    'cursor=%00',
    `cursor=${'x'.repeat(201)}`,
    'lable=bug',
    'page=2',
    'offset=10',
    'Status=done',
    '__proto__=1',
  ]
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(queries.map((query) => [query, () => api.get(`${list}?${query}`)])),
  )
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(
      ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'type=created'].map((query) => [
        query,
        () => api.get(`${one}/history?${query}`),
      ]),
    ),
  )
})

test('a label nobody has given is no mistake, and finds nothing', async () => {
  const { robin } = await sceneWithIssue()

  expect(await robin.api.get(`${list}?label=nonsense`)).toMatchObject({ status: 200, body: { data: [] } })
})

test('cursors of somebody else, of another filter, list or workspace, or forged, are refused', async () => {
  const here = await sceneWithIssue()
  const { robin } = here
  const sam = await here.person('Sam')
  await robin.api.post('/api/v1/workspaces', {
    name: 'Elsewhere',
    slug: 'elsewhere',
    key: 'ELSE',
    visibility: 'public',
  })
  for (let i = 0; i < 2; i++) {
    await robin.api.post(list, { title: `Another ${i}`, labels: ['bug'] })
    await robin.api.post('/api/v1/workspaces/elsewhere/issues', { title: `There ${i}` })
  }
  const cursorOf = ({ body }: Answer) => (body as { nextCursor: string }).nextCursor // the client has checked that it is a page
  const cursor = cursorOf(await robin.api.get(`${list}?limit=1`))
  const theirs = cursorOf(await sam.api.get(`${list}?limit=1`))
  const ofBugs = cursorOf(await robin.api.get(`${list}?limit=1&label=bug`))
  const elsewhere = cursorOf(await robin.api.get('/api/v1/workspaces/elsewhere/issues?limit=1'))
  const forged = (place: unknown, read: string, ...rest: unknown[]) => {
    const bound = JSON.stringify([read, robin.userId, { slug: 'home' }, ...rest])
    const digest = hash('sha256', bound, 'base64url').slice(0, 16)
    return Buffer.from(JSON.stringify([place, digest])).toString('base64url')
  }
  const places = ['abc', 2 ** 40, -1, 1.5, '', "1'--", null, [1], { a: 1 }]

  expect(await robin.api.get(`${list}?limit=1&cursor=${cursor}`)).toMatchObject({ status: 200 })
  await expectRefused(here, 'invalid', {
    'of somebody else': () => robin.api.get(`${list}?limit=1&cursor=${theirs}`),
    'given to somebody else': () => sam.api.get(`${list}?limit=1&cursor=${cursor}`),
    'of another filter': () => robin.api.get(`${list}?limit=1&cursor=${ofBugs}`),
    'with a filter of its own': () => robin.api.get(`${list}?limit=1&status=done&cursor=${cursor}`),
    'of another workspace': () => robin.api.get(`${list}?limit=1&cursor=${elsewhere}`),
    'of another list': () => robin.api.get(`${one}/history?cursor=${cursor}`),
    'cut short': () => robin.api.get(`${list}?cursor=${cursor.slice(0, -4)}`),
    ...Object.fromEntries(
      places.flatMap((place) => [
        [
          `forged for issues: ${JSON.stringify(place)}`,
          () => robin.api.get(`${list}?cursor=${forged(place, 'listIssues', null, null, null)}`),
        ],
        [
          `forged for a history: ${JSON.stringify(place)}`,
          () => robin.api.get(`${one}/history?cursor=${forged(place, 'getHistory', 1)}`),
        ],
      ]),
    ),
  })
})

test('an If-Match that is neither an entity tag nor a version is refused', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const wrong = [
    '1',
    'abc',
    '"abc"',
    '""',
    '"1',
    'W/1',
    '"-1"',
    '"0"',
    '"1.5"',
    '"99999999999999999999"',
    '"1", ',
    '"1" "2"',
    '"1", 2',
    '"1", "0"',
    '*, "1"',
    Array.from({ length: 101 }, (_, index) => `"${index + 1}"`).join(', '),
    'null',
  ]
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(
      wrong.flatMap((tag) => [
        [`change with ${tag}`, () => api.patch(one, { title: 'A good title' }, { 'if-match': tag })],
        [`delete with ${tag}`, () => api.delete(one, { 'if-match': tag })],
      ]),
    ),
  )
  await expectRefused(here, 'stale', {
    change: () => api.patch(one, { title: 'A good title' }, { 'if-match': '"7"' }),
    delete: () => api.delete(one, { 'if-match': '"7"' }),
  })
})

test('HEAD answers as GET does, without the body', async () => {
  const { robin } = await sceneWithIssue()
  const get = await robin.api.get(one)
  const head = await robin.api.send('HEAD', one, undefined)

  expect(head).toMatchObject({ status: 200, body: null })
  expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
})
