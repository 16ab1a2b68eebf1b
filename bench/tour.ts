import { ask, field } from './ask.ts'
import type { MeasuredServer } from './server-process.ts'
import { eventQueries, listQueries } from './tour-lists.ts'
import { wordOfRank } from './words.ts'

export interface Tourist {
  server: MeasuredServer
  /** Tokens of an admin of *home*, of somebody else, and of somebody whose account comes to an end by this. */
  admin: string
  someone: string
  leaving: string
  /** Our own id of yet another. */
  personId: string
  /** An issue that is shown. */
  issue: number
  /** A server that is connected to *home*. */
  guildId: string
}

interface Asked {
  /** What stands in the braces of the route, in order; a workspace is *home*. */
  given?: readonly unknown[]
  query?: string
  body?: unknown
  as?: string
  /** That it is refused in the end is no matter: what it reads before is what counts. */
  refused?: boolean
}

type Go = (route: string, asked?: Asked) => Promise<unknown>

const workspace = '/workspaces/{slug}'
const list = `${workspace}/issues`
const one = `${list}/{number}`
const comment = `${one}/comments/{commentId}`
const view = `${workspace}/views/{viewId}`
const webhook = `${workspace}/webhooks/{webhookId}`

/**
 * Does everything that the API can do, with every filter, order and page that makes a statement of its own. Gives the
 * routes that it took, as the API's description names them.
 */
export async function tour(tourist: Tourist): Promise<Set<string>> {
  const taken = new Set<string>()
  const go: Go = async (
    route,
    { given = [], query = '', body, as = tourist.admin, refused = false } = {},
  ) => {
    const [method = '', template = ''] = route.split(' ')
    taken.add(route)
    const rest = [...given]
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name) =>
      name === 'slug' ? 'home' : encodeURIComponent(String(rest.shift())),
    )
    const answer = ask(tourist.server, as, `/api/v1${path}${query}`, { method, body })
    return refused ? answer.catch(() => null) : answer
  }
  await readAll(go, tourist)
  await writeIssues(go, tourist)
  await manage(go, tourist)
  await endAccount(go, tourist)
  return taken
}

async function readAll(go: Go, { admin, someone, personId, issue }: Tourist): Promise<void> {
  const account = String(field(await go('GET /me', { as: someone }), 'account'))
  await go('GET /config')
  await go('GET /users/{userId}', { given: [personId] })
  await go('GET /workspaces')
  const ofWorkspace = [
    '',
    '/permissions',
    '/labels',
    '/members',
    '/blocks',
    '/invitations',
    '/guilds',
    '/views',
    '/webhooks',
  ]
  for (const path of ofWorkspace) await go(`GET ${workspace}${path}`)
  for (const typed of ['Person 1', 'person1']) await go(`GET ${workspace}/members`, { query: `?q=${typed}` })
  await pages(go, `GET ${workspace}/trash`, 'limit=10')
  await pages(go, `GET ${workspace}/trash`, 'author=me', { as: someone })
  for (const query of listQueries(account))
    await pages(go, `GET ${list}`, query, { as: query.includes('hidden') ? admin : someone })
  await pages(go, `GET ${list}`, 'hidden=true')
  for (const query of eventQueries(issue, personId))
    for (const as of [admin, someone]) await pages(go, `GET ${workspace}/events`, query, { as })

  for (const path of ['', '/permissions', '/me', '/references'])
    await go(`GET ${one}${path}`, { given: [issue] })
  for (const query of ['limit=1', 'limit=1&order=newest'])
    await pages(go, `GET ${one}/comments`, query, { given: [issue] })
  await pages(go, `GET ${one}/history`, 'limit=1', { given: [issue] })
  for (const title of [wordOfRank(0), `${wordOfRank(900)} ${wordOfRank(15_000)}`, 'zzzzqqqq'])
    await go(`POST ${list}/similar`, { body: { title, text: `${wordOfRank(1)} ${wordOfRank(5_000)}` } })
}

/** The first page and the one after it. */
async function pages(go: Go, route: string, query: string, asked: Asked = {}): Promise<void> {
  const next = field(await go(route, { ...asked, query: `?${query}` }), 'nextCursor')
  if (next !== null) await go(route, { ...asked, query: `?${query}&cursor=${String(next)}` })
}

async function writeIssues(go: Go, { someone, personId, issue }: Tourist): Promise<void> {
  const description = `See #${issue}, @person12.`
  const made = field(
    await go(`POST ${list}`, {
      body: { title: 'On tour', description, labels: ['bug'], assignee: personId },
    }),
    'number',
  )
  const given = [made]
  const changes = [
    { title: 'Still on tour', priority: 'high', assignee: null },
    { hidden: true },
    { hidden: false, locked: true },
  ]
  for (const body of changes) await go(`PATCH ${one}`, { given, body })
  await go(`PUT ${one}/vote`, { given })
  for (const state of ['muted', 'following']) await go(`PUT ${one}/subscription`, { given, body: { state } })
  await go(`DELETE ${one}/subscription`, { given })
  await go(`PATCH ${one}`, { given, body: { duplicateOf: issue } })
  await go(`DELETE ${one}/vote`, { given: [issue] })
  await go(`POST ${list}/bulk`, { body: { numbers: [made, issue], change: { status: 'todo' } } })
  const said = field(await go(`POST ${one}/comments`, { given, body: { body: `As in #${issue}.` } }), 'id')
  await go(`GET ${comment}`, { given: [made, said] })
  await go(`GET ${comment}/permissions`, { given: [made, said] })
  await go(`PATCH ${comment}`, { given: [made, said], body: { body: 'Otherwise.' } })
  await go(`DELETE ${comment}`, { given: [made, said] })
  await go(`DELETE ${one}`, { given })
  await go(`POST ${one}/restore`, { given })
  await go(`POST ${list}`, { body: { title: 'Filed by somebody else' }, as: someone })
}

async function manage(go: Go, { someone, personId, guildId }: Tourist): Promise<void> {
  const slug = `tour-${Date.now().toString(36)}`
  await go('POST /workspaces', { body: { name: 'Tour', slug, key: 'TOUR' } })
  await go(`PATCH ${workspace}`, { body: { name: 'Home' } })
  await go(`POST ${workspace}/labels`, { body: { name: slug, color: '#0e8a16' } })
  await go(`PUT ${workspace}/members/{userId}`, { given: [personId], body: { role: 'member' } })
  await go(`DELETE ${workspace}/members/{userId}`, { given: [personId] })
  await go(`PUT ${workspace}/blocks/{userId}`, { given: [personId], body: { reason: 'On tour' } })
  await go(`DELETE ${workspace}/blocks/{userId}`, { given: [personId] })
  const invitation = await go(`POST ${workspace}/invitations`, { body: {} })
  const token = field(invitation, 'token')
  await go('GET /invitations/{token}', { given: [token] })
  await go('POST /invitations/{token}/accept', { given: [token], as: someone })
  await go(`DELETE ${workspace}/invitations/{id}`, { given: [field(invitation, 'id')], refused: true })

  const query = 'is:open sort:votes'
  const viewId = field(
    await go(`POST ${workspace}/views`, { body: { name: slug, query, shared: true } }),
    'id',
  )
  await go(`GET ${view}`, { given: [viewId] })
  await pages(go, `GET ${view}/issues`, 'limit=10', { given: [viewId] })
  await go(`PATCH ${view}`, { given: [viewId], body: { layout: 'board', groupBy: 'status' } })
  await go(`DELETE ${view}`, { given: [viewId] })

  // A name that never becomes an address: nothing is sent to anybody.
  const url = 'https://receiver.invalid/'
  const webhookId = field(await go(`POST ${workspace}/webhooks`, { body: { name: slug, url } }), 'id')
  await go(`POST ${list}`, { body: { title: 'Told to a webhook' } })
  await go(`PATCH ${webhook}`, { given: [webhookId], body: { types: ['issue.created'] } })
  await go(`POST ${webhook}/rotate-secret`, { given: [webhookId] })
  const delivery = field(await go(`POST ${webhook}/ping`, { given: [webhookId] }), 'id')
  await pages(go, `GET ${webhook}/deliveries`, 'limit=1', { given: [webhookId] })
  // It is on its way, and stays so.
  await go(`POST ${webhook}/deliveries/{deliveryId}/redeliver`, {
    given: [webhookId, delivery],
    refused: true,
  })
  await go(`DELETE ${webhook}`, { given: [webhookId] })
  await go(`PATCH ${workspace}/guilds/{guildId}`, { given: [guildId], body: { guestsAllowed: true } })
}

async function endAccount(go: Go, { guildId, leaving }: Tourist): Promise<void> {
  const key = { name: 'Tour', scopes: ['issues:read'] }
  await go('GET /account/api-keys')
  const made = await go('POST /account/api-keys', { body: key })
  await go('DELETE /account/api-keys/{id}', { given: [field(made, 'id')] })
  // Nobody here has an account of Discord at Clerk.
  await go('POST /account/discord', { refused: true })
  await go('DELETE /account/discord', { refused: true })
  await go(`DELETE ${workspace}/guilds/{guildId}`, { given: [guildId] })
  await go('DELETE /account', { body: { confirm: 'erase my account' }, as: leaving })
}
