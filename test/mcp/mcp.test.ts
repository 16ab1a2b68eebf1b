import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { expect, onTestFinished, test } from 'vitest'
import { History } from '#shared/events/schema.ts'
import { Issue } from '#shared/issues/schema.ts'
import { tools } from '../../src/api/mcp/tools.ts'
import { origin, world } from '#test/world.ts'
import type { World } from '#test/world.ts'
import { notTools } from './not-tools.ts'

test('every operation of the API is a tool, or has a reason not to be', async () => {
  const { anonymous } = await world()
  const { body } = await anonymous.get('/api/openapi.json')
  const named = [...JSON.stringify(body).matchAll(/"operationId":"(\w+)"/g)].map(([, name]) => name)
  const known = [...tools.map(({ operationName }) => operationName), ...notTools.keys()]

  expect(new Set(known)).toEqual(new Set(named))
  expect(known).toHaveLength(new Set(known).size)
})

test('an assistant files, reads and changes an issue, and the history says through which door', async () => {
  const here = await world()
  const ada = await here.person('Ada')
  const mcp = await connect(here, ada.token({ azp: origin }))

  const filed = await call(mcp, 'createIssue', { workspace: 'home', title: 'Filed by an assistant' })
  const { number } = Issue.parse(JSON.parse(filed.text))
  await call(mcp, 'changeIssue', { workspace: 'home', number, status: 'todo' })
  const read = await call(mcp, 'getIssue', { workspace: 'home', number })
  const history = await call(mcp, 'getHistory', { workspace: 'home', number })

  expect(Issue.parse(JSON.parse(read.text))).toMatchObject({ status: 'todo', author: { name: 'Ada Tester' } })
  expect(History.parse(JSON.parse(history.text)).data.map(({ door }) => door)).toEqual(['mcp', 'mcp'])
})

test('a tool says what it takes', async () => {
  const here = await world()
  const mcp = await connect(here, (await here.person('Ada')).token({ azp: origin }))

  const listed = await mcp.listTools()

  const createIssue = listed.tools.find(({ name }) => name === 'createIssue')
  expect(createIssue?.description).toBe('File an issue.')
  expect(createIssue?.inputSchema).toMatchObject({
    required: ['workspace', 'title'],
    properties: { title: { type: 'string', minLength: 3, maxLength: 100 } },
  })
  expect(createIssue?.annotations?.readOnlyHint).toBe(false)
  expect(listed.tools.find(({ name }) => name === 'getIssue')?.annotations?.readOnlyHint).toBe(true)
})

test('the policy is the same: what somebody may not do, their assistant may not', async () => {
  const here = await world()
  const ada = await here.person('Ada')
  const issue = Issue.parse((await ada.api.post('/api/v1/workspaces/home/issues', { title: 'Mine' })).body)
  const mcp = await connect(here, (await here.person('Eve')).token({ azp: origin }))

  const refused = await call(mcp, 'changeIssue', { workspace: 'home', number: issue.number, title: 'Stolen' })

  expect(refused).toEqual({
    failed: true,
    text: 'Only its author or an admin may edit its title and description.',
  })
})

test('an assistant with an API key does no more than the key is for', async () => {
  const here = await world()
  const ada = await here.person('Ada')
  const mcp = await connect(
    here,
    await here.clerk.addApiKey({ subject: ada.clerkId, scopes: ['issues:read'] }),
  )

  expect(await call(mcp, 'listIssues', { workspace: 'home' })).toMatchObject({ failed: false })
  expect(await call(mcp, 'createIssue', { workspace: 'home', title: 'By a robot' })).toEqual({
    failed: true,
    text: 'Only an API key with the scope “issues:write” may file issues here. Make another key, which has it.',
  })
})

test.each([
  [
    'without a workspace',
    'getIssue',
    { number: 1 },
    'Say in which workspace, by its address, such as “home”.',
  ],
  [
    'in a hidden workspace',
    'listIssues',
    { workspace: 'crew' },
    'There is no such workspace, or you cannot see it.',
  ],
  [
    'of what is not there',
    'getIssue',
    { workspace: 'home', number: 7 },
    'There is no issue with this number, or it was deleted.',
  ],
  [
    'with a title too short',
    'createIssue',
    { workspace: 'home', title: 'x' },
    'title: A title has at least 3 characters.',
  ],
  [
    'with an author',
    'createIssue',
    { workspace: 'home', title: 'Title', author: 'x' },
    'There is nothing called “author” here. Leave it out.',
  ],
])('a call %s is answered with a sentence', async (_how, name, given, sentence) => {
  const here = await world()
  const founder = await here.person('Founder')
  await founder.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  const mcp = await connect(here, (await here.person('Ada')).token({ azp: origin }))

  expect(await call(mcp, name, given)).toEqual({ failed: true, text: sentence })
})

test('a tool that is not there is refused by name', async () => {
  const here = await world()
  const mcp = await connect(here, (await here.person('Ada')).token({ azp: origin }))

  await expect(call(mcp, 'setMemberRole', {})).rejects.toThrow('There is no tool “setMemberRole”.')
})

test('without a token, or from a page of somebody else, nothing is answered', async () => {
  const here = await world()
  const token = (await here.person('Ada')).token({ azp: origin })
  const ask = (headers: Record<string, string>) => post(here, headers, JSON.stringify(listTools))

  expect((await ask({})).status).toBe(401)
  expect((await ask({ authorization: `Bearer ${token}`, origin: 'https://evil.example' })).status).toBe(403)
  expect((await ask({ authorization: `Bearer ${token}`, origin })).status).toBe(200)
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200)
})

test('a client that looks for a stream, or ends a session, is told that there are none', async () => {
  const here = await world()
  const authorization = `Bearer ${(await here.person('Ada')).token({ azp: origin })}`
  for (const method of ['GET', 'DELETE']) {
    const response = await here.fetch(new Request(`${origin}/mcp`, { method, headers: { authorization } }))
    expect([response.status, response.headers.get('allow')], method).toEqual([405, 'POST'])
  }
})

test('a request brings one message, and JSON: a hundred calls in one would count as one', async () => {
  const here = await world()
  const token = (await here.person('Ada')).token({ azp: origin })
  const ask = (body: string) => post(here, { authorization: `Bearer ${token}` }, body)
  const many = await ask(JSON.stringify([listTools, { ...listTools, id: 2 }]))

  expect([many.status, await many.text()]).toEqual([400, expect.stringContaining('Send one message')])
  expect((await ask('{')).status).toBe(400)
  expect((await ask('')).status).toBe(400)
})

const listTools = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }

async function post(here: World, headers: Record<string, string>, body: string): Promise<Response> {
  return here.fetch(
    new Request(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body,
    }),
  )
}

async function connect(here: World, token: string): Promise<Client> {
  const transport = new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), {
    fetch: async (url, init) => here.fetch(new Request(url, init)),
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

async function call(mcp: Client, name: string, given: object): Promise<{ failed: boolean; text: string }> {
  const { content, isError = false } = await mcp.callTool({ name, arguments: { ...given } })
  const [first] = content as { text: string }[] // every tool answers with one text
  return { failed: isError === true, text: first?.text ?? '' }
}
