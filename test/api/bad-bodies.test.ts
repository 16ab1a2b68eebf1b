import { expect, test } from 'vitest'
import { expectRefused, sceneWithIssue } from '#test/refusals.ts'

const list = '/api/v1/workspaces/home/issues'
const one = `${list}/1`
const json = { 'content-type': 'application/json' }

test('bodies that are no JSON object are refused', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const bodies = {
    'an empty body': '',
    'half an object': '{"title": "Half',
    'a trailing comma': '{"title": "A good title",}',
    'single quotes': `{'title': 'A good title'}`,
    null: 'null',
    'a list': '[{"title": "A good title"}]',
    'a string': '"A good title"',
    'a number': '7',
    'a byte order mark and half an object': '\uFEFF{"title',
    'deep nesting': `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    'a deeply nested title': `{"title": ${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
    'bad UTF-8': Buffer.from([...Buffer.from('{"title": "A good '), 0xc3, 0x28, ...Buffer.from('"}')]),
    'UTF-16': Buffer.from('{"title": "A good title"}', 'utf16le'),
    'cut UTF-8': Buffer.from([...Buffer.from('{"title": "A good title'), 0xe2, 0x82, ...Buffer.from('"}')]),
  }
  await expectRefused(
    here,
    'invalid',
    Object.fromEntries(
      Object.entries(bodies).flatMap(([name, body]) => [
        [`filed with ${name}`, () => api.send('POST', list, body, json)],
        [`changed with ${name}`, () => api.send('PATCH', one, body, json)],
      ]),
    ),
  )
})

test('bodies of another type, or none, are refused and told which', async () => {
  const here = await sceneWithIssue()
  const { api } = here.robin
  const body = '{"title":"A good title"}'
  await expectRefused(here, 'invalid', {
    'a form': () =>
      api.send('POST', list, 'title=A+good+title', { 'content-type': 'application/x-www-form-urlencoded' }),
    'plain text': () => api.send('POST', list, body, { 'content-type': 'text/plain' }),
    'a type that begins like JSON': () =>
      api.send('POST', list, body, { 'content-type': 'application/jsonp' }),
    'an empty type': () => api.send('POST', list, body, { 'content-type': '' }),
    'no body at all': () => api.post(list),
    'no body for a change': () => api.patch(one),
  })
  const { body: told } = await api.send('POST', list, body, { 'content-type': 'text/plain' })
  expect(told).toMatchObject({ detail: expect.stringContaining('application/json') })
})

test('JSON with a charset is JSON', async () => {
  const { robin } = await sceneWithIssue()

  const headers = { 'content-type': 'application/json; charset=utf-8' }
  expect(await robin.api.send('POST', list, '{"title":"Größe"}', headers)).toMatchObject({ status: 201 })
})

test('a body of 2 MB is refused, announced or not', async () => {
  const here = await sceneWithIssue()
  const big = JSON.stringify({ title: 'A good title', description: 'x'.repeat(2_000_000) })
  const streamed = () =>
    new Request(`http://localhost:3000${list}`, {
      method: 'POST',
      headers: { ...json, authorization: `Bearer ${here.robin.token({ azp: 'http://localhost:3000' })}` },
      body: new Blob([big]).stream(),
      duplex: 'half',
    })
  await expectRefused(here, 'too_large', {
    announced: () => here.robin.api.post(list, big, { 'content-length': String(big.length) }),
    'not announced': async () => {
      const response = await here.fetch(streamed())
      return { status: response.status, headers: response.headers, body: await response.json() }
    },
  })
})
