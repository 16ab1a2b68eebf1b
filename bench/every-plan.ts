import { Client } from 'pg'
import { pino } from 'pino'
import { v7 as uuidv7 } from 'uuid'
import type { Context, Tracker } from '#shared/context.ts'
import { openDatabase } from '#shared/db/database.ts'
import { browseIssues, suggestIssues } from '#shared/issues/queries.ts'
import { ask, field } from './ask.ts'
import { watchFollowing } from './followed.ts'
import { openReaders } from './live-readers.ts'
import { longWaysDuring } from './plans.ts'
import type { LongWay } from './plans.ts'
import { apiList } from './routes.ts'
import type { MeasuredServer } from './server-process.ts'
import type { Stage } from './stage.ts'
import { tour } from './tour.ts'
import { wordOfRank } from './words.ts'

export interface PlansRead {
  /** How many different ones were looked at. */
  statements: number
  ways: LongWay[]
  /** Routes of the API that were not taken, so that nothing is known of what they send. */
  missed: string[]
}

/** Taking out everything is what they are for. */
const exports = new Set(['GET /account/export', 'GET /workspaces/{slug}/export'])
/** Here rather than at the tour's end: it stays open. */
const stream = 'GET /workspaces/{slug}/live'
const guildId = '900000000000000002'
/** PostgreSQL tries five plans made for the values before it may settle for one that is made for any. */
const times = 7

/** Does everything that the product does, several times, and reads the plan of each statement. */
export async function readEveryPlan(stage: Stage, issues: number): Promise<PlansRead> {
  const missed = new Set<string>()
  const { statements, ways } = await longWaysDuring(stage.database, async () => {
    await using api = await stage.start('api')
    await using followed = await watchFollowing(stage.database.url)
    const leaving = stage.askers().length
    const personId = await somebodyElse(stage)
    for (let n = 0; n < times; n++) {
      await connectGuild(stage)
      const askers = stage.askers()
      const taken = await tour({
        server: api,
        admin: stage.adminToken(),
        someone: askers[0] ?? '',
        leaving: askers[leaving - 1 - n] ?? '',
        personId,
        issue: Math.round(issues / 4) + 1,
        guildId,
      })
      await followLive(stage, api)
      await connectGuild(stage)
      await askAsDiscord(stage)
      await runJobs(stage)
      await followed.settled()
      for (const route of await routesOf(api))
        if (!taken.has(route) && !exports.has(route) && route !== stream) missed.add(route)
    }
  })
  return { statements, ways, missed: [...missed] }
}

async function routesOf(api: MeasuredServer): Promise<string[]> {
  const paths = Object.entries(Object(field(await ask(api, '', '/api/openapi.json'), 'paths')))
  return paths.flatMap(([path, methods]) =>
    Object.keys(Object(methods))
      .filter(() => path.startsWith('/api/v1/') || !path.startsWith('/api/'))
      .map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
  )
}

async function withClient<T>(stage: Stage, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: stage.database.url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function connectGuild(stage: Stage): Promise<void> {
  await withClient(stage, (client) =>
    client.query(
      `insert into guilds (id, name, workspace_id, connected_at) values ($1, 'Bench', 1, now())
       on conflict (id) do update set workspace_id = 1, connected_at = now()`,
      [guildId],
    ),
  )
}

async function somebodyElse(stage: Stage): Promise<string> {
  return withClient(stage, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'select id from users where clerk_id = any($1) order by clerk_id desc limit 1',
      [stage.database.clerkIds],
    )
    return rows[0]?.id ?? ''
  })
}

/** From now on, and from before. */
async function followLive(stage: Stage, api: MeasuredServer): Promise<void> {
  const [token = ''] = stage.askers()
  const url = `${api.url}${apiList.replace(/issues$/, 'live')}`
  const file = () => ask(api, token, apiList, { method: 'POST', body: { title: 'For those who read along' } })
  await using late = await openReaders({ url: `${url}?lastEventId=1`, tokens: [token] })
  await using now = await openReaders({ url, tokens: [token] })
  await Promise.all([late, now].map((readers) => readers.timesOf(async () => void (await file()))))
}

/** What the bot asks for that the API does not. */
async function askAsDiscord(stage: Stage): Promise<void> {
  const db = openDatabase({ url: stage.database.url, onIdleError: () => {} })
  try {
    const tracker = { db, clock: () => new Date(), newId: uuidv7, log: pino({ level: 'silent' }) } as Tracker // reads need no more
    const { id: userId } = await db.prisma.user.findFirstOrThrow({ where: { discordId: { not: null } } })
    const ctx: Context = {
      tracker,
      caller: { userId, door: 'discord', guild: { id: guildId, managed: false } },
      place: { guildId },
    }
    for (const typed of ['', '12', '#12', wordOfRank(0), wordOfRank(15_000)])
      await suggestIssues(ctx, { typed })
    for (const filter of [{}, { status: 'todo' }, { label: 'security' }, { author: 'me' }] as const) {
      await browseIssues(ctx, filter)
      await browseIssues(ctx, { ...filter, olderThan: 2_000 })
      await browseIssues(ctx, { ...filter, newerThan: 1_000 })
    }
  } finally {
    await db.close()
  }
}

/** Each job that runs by the clock. */
async function runJobs(stage: Stage): Promise<void> {
  await withClient(stage, async (client) => {
    await client.query(
      `select graphile_worker.add_job(identifier, '{}') from graphile_worker._private_known_crontabs`,
    )
  })
}
