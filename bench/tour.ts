import { ask, field } from './ask.ts'
import { eventQueries, listQueries } from './tour-lists.ts'
import { endAccount, manage, transfer } from './tour-management.ts'
import { comment, list, one, pages, workspace } from './tour-steps.ts'
import type { Go, Tourist } from './tour-steps.ts'
import { wordOfRank } from './words.ts'

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
    taken.add(route.replace(/\?.*/, ''))
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
  await transfer(go, tourist)
  await endAccount(go, tourist)
  return taken
}

async function readAll(go: Go, { admin, someone, personId, issue }: Tourist): Promise<void> {
  await go('GET /me', { as: someone })
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
    '/templates',
  ]
  for (const path of ofWorkspace) await go(`GET ${workspace}${path}`)
  for (const typed of ['Person 1', 'person1']) await go(`GET ${workspace}/members`, { query: `?q=${typed}` })
  for (const text of ['st', 'label:bu', 'author:', 'author:person1'])
    await go(`GET ${workspace}/query-suggestions`, { query: `?q=${text}` })
  await pages(go, `GET ${workspace}/trash`, 'limit=10')
  await pages(go, `GET ${workspace}/trash`, 'author=me', { as: someone })
  for (const query of listQueries(personId))
    await pages(go, `GET ${list}`, query, { as: query.includes('hidden') ? admin : someone })
  await pages(go, `GET ${list}`, 'hidden=true')
  for (const query of eventQueries(issue, personId))
    for (const as of [admin, someone]) await pages(go, `GET ${workspace}/events`, query, { as })

  for (const path of ['', '/permissions', '/me', '/references', '/attachments'])
    await go(`GET ${one}${path}`, { given: [issue] })
  for (const query of ['limit=1', 'limit=1&order=newest'])
    await pages(go, `GET ${one}/comments`, query, { given: [issue] })
  await pages(go, `GET ${one}/history`, 'limit=1', { given: [issue] })
  for (const title of [wordOfRank(0), `${wordOfRank(900)} ${wordOfRank(15_000)}`, 'zzzzqqqq'])
    await go(`POST ${workspace}/similar-issues`, {
      body: { title, text: `${wordOfRank(1)} ${wordOfRank(5_000)}` },
    })
}

async function writeIssues(go: Go, { someone, issue }: Tourist): Promise<void> {
  const description = `See #${issue}, @person12.`
  const made = field(
    await go(`POST ${list}`, {
      body: { title: 'On tour', description, labels: ['bug'], assignee: 'me' },
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
  await go(`PATCH ${list}`, { body: { numbers: [made, issue], change: { status: 'todo' } } })
  const said = field(await go(`POST ${one}/comments`, { given, body: { body: `As in #${issue}.` } }), 'id')
  await go(`GET ${comment}`, { given: [made, said] })
  await go(`GET ${comment}/permissions`, { given: [made, said] })
  await go(`PATCH ${comment}`, { given: [made, said], body: { body: 'Otherwise.' } })
  const attached = { given: [...given, 'tour.txt'], body: 'What it said.' }
  const file = field(await go(`POST ${one}/attachments?name={name}`, attached), 'id')
  await go(`DELETE ${one}/attachments/{attachmentId}`, { given: [...given, file] })
  await go(`DELETE ${comment}`, { given: [made, said] })
  await go(`DELETE ${one}`, { given })
  await go(`POST ${one}/restore`, { given })
  await go(`POST ${list}`, { body: { title: 'Filed by somebody else' }, as: someone })
}
