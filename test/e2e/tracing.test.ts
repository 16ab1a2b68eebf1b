import { once } from 'node:events'
import { copyFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { z } from 'zod'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createLocalClerk } from '#local/clerk/local-clerk.ts'
import { dataFolder, startProduct } from './product.ts'
import type { Product } from './product.ts'

vi.setConfig({ testTimeout: 60_000 })

const Value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() })
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: Value })).default([]),
})
/** What OTLP sends, as far as it is looked at. */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(z.object({ key: z.string(), value: Value })) }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
})

/** A collector of OpenTelemetry's that keeps what it is sent. */
async function collector() {
  const received: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      received.push(body)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const { port } = server.address() as AddressInfo // a TCP server that listens has a port
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    exports: () => received.flatMap((body) => Export.parse(JSON.parse(body)).resourceSpans),
  }
}

/** A session token of somebody; whoever knows the keys of an instance makes its tokens. */
async function tokenFor({ url, dataDir }: Product, email: string): Promise<string> {
  const copy = join(dataDir, 'clerk-copy.json')
  await copyFile(join(dataDir, 'clerk.json'), copy)
  const twin = await createLocalClerk({
    url: `${url}/__clerk`,
    file: copy,
    origins: () => [],
    discordAccounts: () => [],
    seedUsers: [],
  })
  onTestFinished(() => twin.close())
  return (await twin.signIn(email)).token()
}

test('a request is a trace with its route and its SQL, without what was in them', async () => {
  const { url: endpoint, received, exports } = await collector()
  const folder = await dataFolder()
  onTestFinished(folder.remove)
  const product = await startProduct(folder.path, {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  onTestFinished(async () => {
    await product.stop()
  })
  const authorization = `Bearer ${await tokenFor(product, 'maintainer@snag.local')}`
  const list = `${product.url}/api/v1/workspaces/home/issues`
  const secret = 'words-of-the-moon'

  const made = await fetch(list, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ title: `Title ${secret}` }),
  })
  await fetch(`${list}?label=${secret}`, { headers: { authorization } })
  await fetch(`${product.url}/healthz`)
  expect(made.status).toBe(201)
  // What has not been sent yet is sent at the end.
  expect(await product.stop()).toBe(0)

  const [first] = exports()
  expect(first?.resource.attributes).toContainEqual({
    key: 'service.name',
    value: { stringValue: 'snag' },
  })
  const spans = exports().flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  const valueOf = (span: z.infer<typeof Span>, key: string) =>
    span.attributes.find((attribute) => attribute.key === key)?.value
  const route = '/api/v1/workspaces/:slug/issues'
  for (const [method, status, statement] of [
    ['POST', 201, /^insert into issues|into issues \(/],
    ['GET', 200, /^with access as/],
  ] as const) {
    const root = spans.find(({ name }) => name === `${method} ${route}`)
    if (root === undefined) throw new Error(`There is no span of ${method}.`)
    expect(valueOf(root, 'http.route')).toEqual({ stringValue: route })
    expect(valueOf(root, 'http.response.status_code')).toEqual({ intValue: status })
    const statements = spans
      .filter(({ traceId, parentSpanId }) => traceId === root.traceId && parentSpanId !== undefined)
      .map((span) => valueOf(span, 'db.query.text')?.stringValue ?? '')
    expect(
      statements.some((text) => statement.test(text)),
      statements.join('\n'),
    ).toBe(true)
  }
  // Nobody asked for these.
  expect(spans.filter(({ name }) => /healthz|pg-pool/.test(name))).toEqual([])
  for (const private_ of [secret, authorization.slice(-40), '/home/', 'enhanced'])
    expect(received.join('\n')).not.toContain(private_)
})
