import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { MessageFlags, Routes } from 'discord.js'
import { expect, onTestFinished, test } from 'vitest'

import { createLocalDiscord } from '#local/discord/local-discord.ts'
import { discordWorld } from '#test/local/discord-world.ts'

async function temporaryFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'local-discord-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'data', 'discord.json')
}

test('everything but what was ephemeral is there again after a restart', async () => {
  const file = await temporaryFile()
  const before = await discordWorld({ file })
  const client = await before.connect()
  await client.application.commands.set([{ name: 'issue', description: 'Issues' }])
  client.on('interactionCreate', (interaction) => {
    if (interaction.isRepliable())
      void interaction.reply({ content: 'for you', flags: MessageFlags.Ephemeral })
  })
  const general = await client.channels.fetch(before.generalId)
  if (!general?.isSendable()) throw new Error('general is a text channel')
  const sent = await general.send({
    content: 'kept',
    files: [{ attachment: Buffer.from('bytes'), name: 'a.txt' }],
  })
  await before.discord.person('bob').command('issue')
  before.discord.setMemberRoles(before.guildId, 'bob', ['managers'])
  expect(before.discord.person('bob').messages(before.generalId)).toHaveLength(2)
  await client.destroy()
  await before.discord.close()

  const after = await discordWorld({ file, seed: { users: [], guilds: [] } })

  const bob = after.discord.person('bob')
  expect(after.discord.token).toBe(before.discord.token)
  expect(after.discord.publicKey).toBe(before.discord.publicKey)
  expect(bob.messages(after.generalId)).toMatchObject([{ id: sent.id, content: 'kept' }])
  expect(bob.commands(after.guildId).map((command) => command.name)).toEqual(['issue'])
  const [guild] = bob.guilds()
  expect(guild?.members.find((member) => member.username === 'bob')?.roleIds).toEqual([
    guild?.roles.find((role) => role.name === 'managers')?.id,
  ])
  const [attachment] = sent.attachments.values()
  const path = new URL(attachment?.url ?? '').pathname
  expect(await (await fetch(new URL(path, after.url))).text()).toBe('bytes')
})

test('ids stay in order across a restart, even when the clock stands still', async () => {
  const file = await temporaryFile()
  const now = () => 1_800_000_000_000
  const before = await discordWorld({ file, now })
  const { id: older } = await before.discord.person('bob').write(before.generalId, 'before')
  await before.discord.close()

  const after = await discordWorld({ file, now })
  const { id: younger } = await after.discord.person('bob').write(after.generalId, 'after')

  expect(BigInt(younger)).toBeGreaterThan(BigInt(older))
})

test('a change is in the file soon, without a close', async () => {
  const file = await temporaryFile()
  const { rest, generalId } = await discordWorld({ file })

  await rest.post(Routes.channelMessages(generalId), { body: { content: 'soon' } })

  await expect.poll(() => readFile(file, 'utf8')).toContain('"soon"')
})

test('a file that is not ours stops the start with a sentence', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'local-discord-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'discord.json')
  await writeFile(file, '{ not json')

  const start = createLocalDiscord({
    url: 'http://localhost/__discord',
    file,
    seed: { users: [], guilds: [] },
  })

  await expect(start).rejects.toThrow(`${file} cannot be read`)
})
