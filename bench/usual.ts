import { createAdaptorServer } from '@hono/node-server'
import { PrismaPg } from '@prisma/adapter-pg'
import { Hono } from 'hono'
import type { AddressInfo } from 'node:net'
import { PrismaClient } from '#shared/db/generated/client.ts'
import { serve } from './server-process.ts'

// The usual: what most people write. Hono, and a mapper that is told which relations to bring along; no authentication,
// no validation, no cursors beyond a number.

const home = 1
const included = { author: true, assignee: true, labels: { include: { label: true } } } as const

await serve(async ({ databaseUrl, maxConnections }) => {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: maxConnections }),
  })

  const app = new Hono()
  app.get('/issues/:number', async (c) => {
    const issue = await prisma.issue.findFirst({
      where: { workspaceId: home, number: Number(c.req.param('number')), deletedAt: null },
      include: included,
    })
    return issue === null ? c.notFound() : c.json(issue)
  })
  app.get('/issues', async (c) => {
    const { status, label } = c.req.query()
    const issues = await prisma.issue.findMany({
      where: {
        workspaceId: home,
        deletedAt: null,
        ...(status === 'todo' ? { status } : {}),
        ...(label === undefined ? {} : { labels: { some: { label: { name: label } } } }),
      },
      include: included,
      orderBy: { number: 'desc' },
      take: 25,
    })
    return c.json(issues)
  })

  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's address, once it listens
  return { port }
})
