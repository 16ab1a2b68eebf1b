import { expect, test } from 'vitest'
import type { Context } from '#shared/context.ts'
import { changeGuild, disconnectGuild } from '#shared/guilds/operations.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { world } from '#test/world.ts'
import { somebodyWaits, transaction } from './locks.ts'

/** A server that was connected to one workspace and is moved to another while its first admin is at work. */
async function movedServer() {
  const here = await world()
  const admin = await here.person('Robin')
  const stranger = await here.person('Kim')
  for (const [person, slug] of [
    [admin, 'first'],
    [stranger, 'second'],
  ] as const)
    await person.api.post('/api/v1/workspaces', { name: slug, slug, key: 'KEY' })
  const second = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'second' } })
  const first = await here.db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'first' } })
  const guildId = '1200000000000000077'
  await rememberGuild(here.tracker, { id: guildId, name: 'Workshop' })
  await here.db.prisma.guild.update({ where: { id: guildId }, data: { workspaceId: first.id } })
  const ctx: Context = {
    tracker: here.tracker,
    caller: { ...admin.caller, door: 'discord', guild: { id: guildId, managed: false } },
    place: { guildId },
  }
  const move = await transaction(here.db)
  await move.query('select 1 from guilds where id = $1 for no key update', [guildId])
  return {
    db: here.db,
    ctx,
    guildId,
    async move() {
      await somebodyWaits(here.db)
      await move.query('update guilds set workspace_id = $1 where id = $2', [second.id, guildId])
      await move.commit()
    },
    guild: () => here.db.prisma.guild.findUniqueOrThrow({ where: { id: guildId } }),
    second,
  }
}

test.for(['changed', 'disconnected'] as const)(
  'a server is not %s by the admin of a workspace that it has just left',
  async (deed) => {
    const { ctx, guildId, move, guild, second } = await movedServer()

    const answer =
      deed === 'changed'
        ? changeGuild(ctx, { guildId, guestsAllowed: false })
        : disconnectGuild(ctx, { guildId })
    const refused = expect(answer).rejects.toMatchObject({ code: 'not_found' })
    await move()

    await refused
    expect(await guild()).toMatchObject({ workspaceId: second.id, guestsAllowed: true })
  },
)
