import { createServer } from 'node:http'
import { readdir } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { copyAttachment, discordOrigins } from '#shared/attachments/copies.ts'
import { createIssue } from '#shared/issues/operations.ts'
import { world } from '#test/world.ts'

/** A server that has one log, leads elsewhere, breaks off and never ends. */
async function posted(): Promise<string> {
  const server = createServer(({ url }, response) => {
    if (url === '/server.log') return response.end('All is well.')
    if (url === '/elsewhere') return response.writeHead(302, { location: '/server.log' }).end()
    if (url === '/broken') {
      response.writeHead(200, { 'content-length': 100 }).write('All')
      return setTimeout(() => response.destroy(), 20)
    }
    if (url === '/endless') {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1_000_000, 65)));
      }
      response.on('drain', more)
      return more()
    }
    return response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return `http://127.0.0.1:${address.port}`
}

async function scene() {
  const here = await world()
  const robin = await here.person('Robin')
  await createIssue(robin.home, { title: 'Login loops on Safari' })
  const origin = await posted()
  const copy = (url: string) => copyAttachment(robin.home, { number: 1, name: 'server.log', url }, [origin])
  return { ...here, robin, origin, copy }
}

test('what was posted in Discord is copied', async () => {
  const { copy, origin, robin } = await scene()

  expect(await copy(`${origin}/server.log`)).toMatchObject({
    name: 'server.log',
    contentType: 'text/plain',
    bytes: 12,
    uploader: { id: robin.userId },
  })
})

test('nothing is fetched from anywhere else', async () => {
  const { copy, origin, robin } = await scene()
  const { port } = new URL(origin)

  for (const url of [
    `http://localhost:${port}/server.log`,
    `http://user@127.0.0.1.example.com:${port}/server.log`,
    `${origin}.example.com/server.log`,
    'file:///etc/passwd',
    'data:text/plain,All',
    '/server.log',
    '',
  ])
    await expect(copy(url), url).rejects.toMatchObject({ code: 'invalid' })
  const byDefault = copyAttachment(robin.home, { number: 1, name: 'a.log', url: `${origin}/server.log` })
  await expect(byDefault).rejects.toMatchObject({ code: 'invalid' })
  expect(discordOrigins.every((allowed) => allowed.startsWith('https://'))).toBe(true)
})

test('what leads elsewhere, is gone, breaks off or never ends is not copied, and nothing is left of it', async () => {
  const { copy, origin, db, dataDir } = await scene()

  for (const path of ['/elsewhere', '/gone', '/broken'])
    await expect(copy(origin + path), path).rejects.toMatchObject({ code: 'unavailable' })
  await expect(copy(`${origin}/endless`)).rejects.toMatchObject({ code: 'too_large' })
  expect(await db.prisma.attachment.count()).toBe(0)
  expect(await readdir(`${dataDir}/incoming`)).toEqual([])
})
