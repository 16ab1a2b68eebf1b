import { isDeepStrictEqual } from 'node:util'
import type { Request } from 'autocannon'
import { watchFollowing } from './followed.ts'
import type { Followed } from './followed.ts'
import { measure } from './load.ts'
import type { Measured } from './load.ts'
import type { Rounds } from './report.ts'
import { apiList, create, floorList, getOne, lists, secondPage } from './routes.ts'
import type { Asker, Route } from './routes.ts'
import type { MeasuredServer } from './server-process.ts'
import type { Side, Stage } from './stage.ts'

export interface SpeedOptions {
  rounds: number
  /** How long each server is asked in each round. */
  seconds: number
  issues: number
  /** Only routes whose name contains this. */
  only: string
  /** Told what is being done. */
  log: (line: string) => void
}

const connections = 16
const requestsPerConnection = 200
const warmUpSeconds = 5

interface Race {
  stage: Stage
  servers: Record<Side, MeasuredServer>
  /** The cursors of the askers' second pages. */
  cursors: string[]
  followed: Followed
}

/**
 * The API, with authentication on, beside the floor and the usual: each in a process of its own, on the same database,
 * asked the same things in turn, round after round. Throws when API and floor do not answer the same.
 */
export async function measureSpeed(
  stage: Stage,
  { rounds, seconds, issues, only, log }: SpeedOptions,
): Promise<Rounds[]> {
  await using stack = new AsyncDisposableStack()
  const servers = {
    api: stack.use(await stage.start('api')),
    floor: stack.use(await stage.start('floor')),
    usual: stack.use(await stage.start('usual')),
  }
  const followed = stack.use(await watchFollowing(stage.database.url))
  const cursors = await Promise.all(stage.askers().map((token) => nextCursor(servers.api, token)))
  const race: Race = { stage, servers, cursors, followed }

  const after = await lastOfFirstPage(servers.floor)
  const routes = [getOne(issues / 2), ...lists, secondPage(after), create].filter(({ name }) =>
    name.includes(only),
  )
  const results: Rounds[] = []
  for (const route of routes) {
    await assertSame(route, race)
    log(`${route.name} …`)
    results.push(await measureRoute(route, race, rounds, seconds))
  }
  return results
}

async function measureRoute(route: Route, race: Race, rounds: number, seconds: number): Promise<Rounds> {
  const measured: Record<Side, Measured[]> = { api: [], floor: [], usual: [] }
  const sides: Side[] = route.wantedOfUsual === undefined ? ['api', 'floor'] : ['api', 'floor', 'usual']
  for (const side of sides) await measureOne(route, race, side, warmUpSeconds)
  for (let round = 0; round < rounds; round++) {
    // Whoever comes first changes from round to round, in case that is an advantage.
    const order = round % 2 === 0 ? sides : sides.toReversed()
    for (const side of order) measured[side].push(await measureOne(route, race, side, seconds))
  }
  const { name, wanted, wantedOfUsual = null } = route
  return { name, wanted, wantedOfUsual, ...measured }
}

async function measureOne(route: Route, race: Race, side: Side, seconds: number): Promise<Measured> {
  const askers = askersOf(race)
  return measure({
    url: race.servers[side].url,
    connections,
    seconds,
    requests: (connection) =>
      Array.from({ length: requestsPerConnection }, (_, i) =>
        requestOf(route, side, connection * requestsPerConnection + i, askers),
      ),
    // What the floor writes is followed by nothing.
    ...(side === 'api' && route === create ? { settled: () => race.followed.settled() } : {}),
  })
}

/** All servers get the same headers, so that reading them costs all the same. */
function requestOf(route: Route, side: Side, nth: number, askers: Asker[]): Request {
  const asker = askers[nth % askers.length]
  if (asker === undefined) throw new Error('Nobody asks.')
  const headers = { authorization: `Bearer ${asker.token}`, 'content-type': 'application/json' }
  return { ...(side === 'api' ? route.api(nth, asker) : route.floor(nth)), headers }
}

function askersOf({ stage, cursors }: Race): Asker[] {
  return stage.askers().map((token, i) => ({ token, cursor: cursors[i] ?? '' }))
}

/** Some requests of the route, sent to both; a comparison of unequal work would say nothing. */
async function assertSame(route: Route, race: Race): Promise<void> {
  const askers = askersOf(race)
  for (let nth = 0; nth < 8; nth++) {
    const [ours, theirs] = await Promise.all(
      (['api', 'floor'] as const).map(async (side) => {
        const { path, ...request } = requestOf(route, side, nth, askers)
        return comparable(route, await json(await fetch(race.servers[side].url + path, request)))
      }),
    )
    if (!isDeepStrictEqual(ours, theirs)) {
      throw new Error(
        `${route.name}: the two do not answer the same.\n${JSON.stringify(ours)}\n${JSON.stringify(theirs)}`,
      )
    }
  }
}

/** The issues of an answer; of one just filed, the names of the fields, because two filings are two issues. */
function comparable(route: Route, body: unknown): unknown {
  if (route === create) return Object.keys(Object(body))
  return typeof body === 'object' && body !== null && 'data' in body ? body.data : body
}

async function nextCursor({ url }: MeasuredServer, token: string): Promise<string> {
  const page = await json(await fetch(url + apiList, { headers: { authorization: `Bearer ${token}` } }))
  if (typeof page !== 'object' || page === null || !('nextCursor' in page))
    throw new Error('There is no page.')
  return String(page.nextCursor)
}

async function lastOfFirstPage({ url }: MeasuredServer): Promise<number> {
  const page = await json(await fetch(url + floorList))
  const last: unknown = Array.isArray(page) ? page.at(-1) : null
  if (typeof last !== 'object' || last === null || !('number' in last)) throw new Error('There is no page.')
  return Number(last.number)
}

async function json(response: Response): Promise<unknown> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}
