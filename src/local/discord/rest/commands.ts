import { Hono, type Context } from 'hono'

import {
  commandsIn,
  getCommand,
  patchCommand,
  putCommand,
  removeCommand,
  replaceCommands,
} from '../command-registry.ts'
import type { DiscordParts } from '../parts.ts'
import { refusals } from '../refusals.ts'
import { pathId } from './path-ids.ts'
import { readBody } from './request-body.ts'

/** Global commands and those of a guild: the same routes, twice. Source: "Application Commands". */
export function commandRoutes({ state }: DiscordParts): Hono {
  const app = new Hono()

  /** Whose commands the path speaks of. Throws 10002 for another application and 50001 for a strange guild. */
  function scope(c: Context): string | null {
    if (pathId(c, 'applicationId') !== state.application.id) throw refusals.unknownApplication()
    if (c.req.param('guildId') === undefined) return null
    const guild = state.guilds.get(pathId(c, 'guildId'))
    if (guild === undefined || !state.isMember(guild, state.botId)) throw refusals.missingAccess()
    return guild.id
  }

  const bases = [
    '/applications/:applicationId/commands',
    '/applications/:applicationId/guilds/:guildId/commands',
  ]
  for (const base of bases) {
    app.get(base, (c) => c.json(commandsIn(state, scope(c))))
    app.post(base, async (c) => {
      const { body } = await readBody(c.req.raw)
      const { command, created } = await putCommand(state, scope(c), body)
      return c.json(command, created ? 201 : 200)
    })
    app.put(base, async (c) => {
      const { body } = await readBody(c.req.raw)
      return c.json(await replaceCommands(state, scope(c), body))
    })
    app.get(`${base}/:commandId`, (c) => c.json(getCommand(state, scope(c), pathId(c, 'commandId'))))
    app.patch(`${base}/:commandId`, async (c) => {
      const { body } = await readBody(c.req.raw)
      return c.json(await patchCommand(state, scope(c), pathId(c, 'commandId'), body))
    })
    app.delete(`${base}/:commandId`, (c) => {
      removeCommand(state, scope(c), pathId(c, 'commandId'))
      return c.body(null, 204)
    })
  }
  return app
}
