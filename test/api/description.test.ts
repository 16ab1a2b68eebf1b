import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { world } from '#test/world.ts'

const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.looseObject({ required: z.literal(true) }).optional(),
  security: z.tuple([]).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string() })),
})

const Description = z.object({
  openapi: z.literal('3.1.0'),
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.object({
      clerk: z.object({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
      apiKey: z.object({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
    }),
  }),
  paths: z.record(
    z.string(),
    z.record(z.enum(['get', 'post', 'put', 'patch', 'delete']), Operation.optional()),
  ),
})

async function description() {
  const { anonymous } = await world()
  const { status, body } = await anonymous.get('/api/openapi.json')
  expect(status).toBe(200)
  const { paths, ...rest } = Description.parse(body)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation === undefined ? [] : [{ path, method, ...operation }],
    ),
  )
  return { text: JSON.stringify(body), operations, ...rest }
}

test('the API describes itself in OpenAPI 3.1, every operation by a name of its own', async () => {
  const { operations, security } = await description()
  const names = operations.map(({ operationId }) => operationId)

  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(
    expect.arrayContaining([
      'getMe',
      'createIssue',
      'changeIssue',
      'listIssues',
      'getHistory',
      'setMemberRole',
    ]),
  )
  expect(security).toEqual([{ clerk: [] }, { apiKey: [] }])
})

test('the description is valid to somebody who knows nothing of us', async () => {
  const { anonymous } = await world()
  const { body } = await anonymous.get('/api/openapi.json')

  const { valid, errors } = await new Validator().validate(z.record(z.string(), z.json()).parse(body))

  expect({ valid, errors: errors ?? [] }).toEqual({ valid: true, errors: [] })
})

test('every reference in the description leads somewhere', async () => {
  const { text, components } = await description()
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference)

  expect(references.length).toBeGreaterThan(10)
  expect(
    references.filter(
      (reference) => !(String(reference).replace('#/components/schemas/', '') in components.schemas),
    ),
  ).toEqual([])
})

test('every parameter of a path is described, and nothing else as one', async () => {
  const { operations } = await description()

  for (const { path, method, parameters } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
    const described = parameters.filter((parameter) => parameter.in === 'path')
    expect(new Set(described.map(({ name }) => name)), `${method} ${path}`).toEqual(new Set(inPath))
    expect(
      described.every(({ required }) => required === true),
      `${method} ${path}`,
    ).toBe(true)
  }
})

test('every operation says what it answers, and how it refuses', async () => {
  const { operations } = await description()

  for (const { path, method, responses, requestBody } of operations) {
    const name = `${method} ${path}`
    expect(
      Object.keys(responses).filter((status) => status.startsWith('2')),
      name,
    ).toHaveLength(1)
    for (const status of ['400', '401', '403', '404', '409', '412', '413', '429', '503'])
      expect(responses[status], `${name} ${status}`).toHaveProperty(['content', 'application/problem+json'])
    if (method === 'get') expect(requestBody, name).toBeUndefined()
    if (method === 'patch') expect(requestBody, name).toBeDefined()
  }
})

test('limits are in the description as they are in the code', async () => {
  const { text } = await description()
  const parts = [
    '"title":{"type":"string","minLength":3,"maxLength":100',
    '"maxLength":20000',
    '{"type":"integer","minimum":1,"maximum":100,"default":25}',
    '{"type":"integer","minimum":1',
    '"maxItems":20',
  ]

  expect(parts.filter((part) => !text.includes(part))).toEqual([])
})

test('every pattern in the description fits its own example', async () => {
  const { text } = await description()
  const described = [
    ...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")(?:,"description":"[^"]*")?(?:,"example":"([^"]*)")?/g),
  ]

  expect(described.length).toBeGreaterThan(3)
  for (const [, pattern, example] of described) {
    const source = z.string().parse(JSON.parse(String(pattern)))
    expect(source, 'JSON Schema has no flags').not.toMatch(/\/[a-z]+$/)
    if (example !== undefined) expect(example).toMatch(new RegExp(source, 'u'))
  }
})

test('what needs no token says so', async () => {
  const { operations } = await description()

  expect(
    operations.filter(({ security }) => security !== undefined).map(({ operationId }) => operationId),
  ).toEqual(['getConfig'])
})

test('the description can be browsed, with nothing from another machine', async () => {
  const { anonymous } = await world()
  const page = await anonymous.get('/api/docs')

  expect(page.status).toBe(200)
  const parts = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => String(path))
  expect(parts).toHaveLength(4)
  for (const part of parts) {
    expect(part).toMatch(/^\/api\/docs\//)
    const { status, headers } = await anonymous.get(part)
    expect(status, part).toBe(200)
    expect(headers.get('content-type'), part).toMatch(/^text\/(css|javascript)/)
  }
  expect(await anonymous.get('/api/docs/..%2F..%2Fpackage.json')).toMatchObject({ status: 404 })
})

test('what a page must know before anybody signs in is public, and nothing in it is secret', async () => {
  const { anonymous, clerk } = await world()
  const { status, body } = await anonymous.get('/api/v1/config')

  expect(status).toBe(200)
  expect(body).toMatchObject({ clerkPublishableKey: clerk.publishableKey })
  for (const secret of [clerk.secretKey, clerk.webhookSigningSecret, 'PRIVATE'])
    expect(JSON.stringify(body)).not.toContain(secret)
})
