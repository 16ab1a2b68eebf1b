import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { MessageFlags, Routes } from 'discord.js'
import { expect, onTestFinished, test } from 'vitest'

import { discordWorld, type DiscordWorld } from '#test/local/discord-world.ts'

const PICTURE = { name: 'shot.png', data: Buffer.from('not really a picture'), contentType: 'image/png' }

/** Posts a card which shows an uploaded picture. */
function postPicture({ rest, generalId }: DiscordWorld): Promise<unknown> {
  const items = [{ media: { url: 'attachment://shot.png' } }]
  return rest.post(Routes.channelMessages(generalId), {
    body: { flags: MessageFlags.IsComponentsV2, components: [{ type: 12, items }] },
    files: [PICTURE],
  })
}

test('a bot is told where a picture lies, and a page by a path of its own origin', async () => {
  const world = await discordWorld()

  const told = await postPicture(world)
  const [shown] = world.discord.person('bob').messages(world.generalId)

  const path = expect.stringMatching(/^\/__discord\/attachments\/\d+\/\d+\/shot\.png$/)
  expect(told).toMatchObject({ attachments: [{ url: expect.stringContaining(`${world.url}/attachments/`) }] })
  expect(shown).toMatchObject({
    attachments: [{ url: path, proxy_url: path }],
    components: [{ items: [{ media: { url: path, content_type: 'image/png' } }] }],
  })
})

test('a picture is still there when the server comes back on another port', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'local-discord-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const before = await discordWorld({ file: join(folder, 'discord.json') })
  await postPicture(before)
  await before.discord.close()

  const after = await discordWorld({ file: join(folder, 'discord.json') })

  // The route answers with messages, as Discord's does.
  const [message] = (await after.rest.get(Routes.channelMessages(after.generalId))) as {
    attachments: { url: string }[]
  }[]
  const url = message?.attachments[0]?.url ?? ''
  expect(url.startsWith(`${after.url}/attachments/`)).toBe(true)
  const served = await fetch(url)
  expect(served.headers.get('content-type')).toBe('image/png')
  expect(Buffer.from(await served.arrayBuffer())).toEqual(PICTURE.data)
})

test('a page that somebody uploaded is downloaded, not run', async () => {
  const { rest, generalId, discord, url } = await discordWorld()
  await rest.post(Routes.channelMessages(generalId), {
    body: {},
    files: [{ name: 'page.html', data: '<script>alert(1)</script>', contentType: 'text/html' }],
  })

  const [message] = discord.person('bob').messages(generalId)
  const served = await fetch(new URL(message?.attachments[0]?.url ?? '', url))

  expect(served.headers.get('content-type')).toBe('application/octet-stream')
  expect(served.headers.get('content-disposition')).toContain('attachment')
})

test('a file that goes with its message is gone', async () => {
  const { rest, generalId, discord, url } = await discordWorld()
  await rest.post(Routes.channelMessages(generalId), { body: { content: 'x' }, files: [PICTURE] })
  const [message] = discord.person('bob').messages(generalId)

  await rest.delete(Routes.channelMessage(generalId, message?.id ?? ''))

  expect((await fetch(new URL(message?.attachments[0]?.url ?? '', url))).status).toBe(404)
})

test('a card which shows a file nobody sent is refused', async () => {
  const { rest, generalId } = await discordWorld()
  const components = [{ type: 13, file: { url: 'attachment://missing.txt' } }]

  const post = rest.post(Routes.channelMessages(generalId), {
    body: { flags: MessageFlags.IsComponentsV2, components },
  })

  await expect(post).rejects.toMatchObject({ status: 400, code: 50035 })
})

test('a file of more than 10 MiB is refused', async () => {
  const { rest, generalId } = await discordWorld()
  const files = [{ name: 'big.bin', data: Buffer.alloc(10 * 1024 * 1024 + 1) }]

  const post = rest.post(Routes.channelMessages(generalId), { body: {}, files })

  await expect(post).rejects.toMatchObject({ status: 413, code: 40005 })
})
