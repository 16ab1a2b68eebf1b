import { hc } from 'hono/client'
import type { InferRequestType, InferResponseType } from 'hono/client'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import type { z } from 'zod'
import type { Api } from '#api/app.ts'
import { Problem } from '#api/problem.ts'
import { serveHttp } from '#api/server.ts'
import type { CreateIssue, Issue, IssuePage } from '#shared/issues/schema.ts'
import { origin, world } from '#test/world.ts'

/** The client as somebody makes it who has the API's type and a token. */
async function connected() {
  const here = await world()
  const robin = await here.person('Robin')
  const server = await serveHttp({ fetch: here.fetch, host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const client = hc<Api>(`http://127.0.0.1:${server.port}/api/v1`, {
    headers: () => ({ authorization: `Bearer ${robin.token({ azp: origin })}` }),
  })
  return { robin, issues: client.workspaces[':slug'].issues, client }
}

type Client = Awaited<ReturnType<typeof connected>>['client']
type Issues = Client['workspaces'][':slug']['issues']

test('an issue is filed, read and listed, each with the types of its operation', async () => {
  const { issues } = await connected()
  const param = { slug: 'home' }

  const made = await issues.$post({ param, json: { title: 'Login loops', labels: ['bug'] } })
  expect(made.status).toBe(201)
  const issue = await made.json()
  expect(issue).toMatchObject({ number: 1, title: 'Login loops', labels: ['bug'] })

  const page = await (await issues.$get({ param, query: { status: 'backlog' } })).json()
  expect(page.data.map(({ title }) => title)).toEqual(['Login loops'])
  expect(page.nextCursor).toBeNull()

  expectTypeOf(issue).toEqualTypeOf<Issue>()
  expectTypeOf(page).toEqualTypeOf<IssuePage>()
})

test('a refusal is a problem, which says what to do', async () => {
  const { issues } = await connected()

  const answer = await issues[':number'].$get({ param: { slug: 'home', number: '7' } })

  expect(answer.ok).toBe(false)
  const problem = Problem.parse(await answer.json())
  expect(problem).toMatchObject({ code: 'not_found', status: 404 })
  expectTypeOf(problem.detail).toEqualTypeOf<string>()
})

test('what the API does not take does not compile', () => {
  type Body = InferRequestType<Issues['$post']>['json']
  expectTypeOf<Body>().toEqualTypeOf<z.input<typeof CreateIssue>>()
  expectTypeOf<InferResponseType<Issues['$post'], 201>>().not.toBeAny()
  expectTypeOf<Client>().not.toBeAny()
  expectTypeOf<Issues>().not.toHaveProperty('$put')
})
