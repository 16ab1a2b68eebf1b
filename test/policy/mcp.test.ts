import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createComment } from '#shared/comments/operations.ts'
import type { Actor } from '#shared/context.ts'
import { changeIssue, createIssue, deleteIssue } from '#shared/issues/operations.ts'
import { BulkResults } from '#shared/issues/schema.ts'
import { createLabel } from '#shared/labels/operations.ts'
import { GrantedRole } from '#shared/members/schema.ts'
import { refusal } from '#shared/policy.ts'
import { setSubscription, vote } from '#shared/viewers/operations.ts'
import { createView } from '#shared/views/operations.ts'
import { createWorkspace } from '#shared/workspaces/operations.ts'
import { notTools } from '#test/mcp/not-tools.ts'
import { stateOf } from '#test/state.ts'
import { origin, world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'
import { tools } from '../../src/api/mcp/tools.ts'
import { cases, nameOf } from './cases.ts'
import type { Case } from './cases.ts'
import { before, operationOf } from './deeds.ts'
import type { Standing } from './row.ts'
import { listFounding } from './things.ts'
import { givenTo } from './through-mcp.ts'
import type { Things } from './through-mcp.ts'

const toolOf = new Map(tools.map((tool) => [tool.operationName, tool]))
/** Guests have no token, so this door never sees one. */
const mcpStandings: ReadonlySet<Standing> = new Set(['outsider', ...GrantedRole.options])
const mcpCases = cases.filter(
  ({ who, deed }) => mcpStandings.has(who.standing) && toolOf.has(operationOf[deed.do]),
)

/** What is done from Discord alone is no operation of the API either, of which `notTools` says why they are no tools. */
const onlyInDiscord: ReadonlySet<string> = new Set(['getGuild', 'createGuildWorkspace', 'connectGuild'])

test('every tool is held against the table, and what is none has a reason', () => {
  const done = new Set<string>(Object.values(operationOf))
  const untried = tools.map(({ operationName }) => operationName).filter((name) => !done.has(name))
  const unexplained = [...done].filter(
    (name) => !toolOf.has(name) && !notTools.has(name) && !onlyInDiscord.has(name),
  )

  expect(untried).toEqual([])
  expect(unexplained).toEqual([])
  expect(new Set(mcpCases.map(({ deed }) => operationOf[deed.do]))).toEqual(new Set(toolOf.keys()))
})

/** By column, so that those of one standing share a world: each deed is done to things of its own. */
describe('the MCP door, on what may be done by', () => {
  const byColumn = Map.groupBy(mcpCases, ({ who }) => nameOf(who))
  test.each([...byColumn])('%s', async (_name, column) => {
    const crew = await crewOf(await world())
    const outcomes: Record<string, string> = {}
    for (const cell of column) outcomes[cell.title] = await crew.outcome(cell)

    expect(outcomes).toEqual(Object.fromEntries(column.map(({ title, expected }) => [title, expected])))
  })
})

/** A workspace for members, with a founder who sets the scenes, and somebody to try everything. */
async function crewOf(here: World) {
  const { db, person } = here
  const founder = await person('Founder')
  const someone = await person('Someone')
  const elsewhere = { ...founder.in('crew'), place: null }
  const { id } = await createWorkspace(elsewhere, { name: 'The crew', slug: 'crew', key: 'CREW' }).then(() =>
    db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'crew' } }),
  )
  const ofSomeone = { workspaceId: id, userId: someone.userId }
  await listFounding(db, id)
  await createIssue(founder.in('crew'), { title: 'The original' })

  async function stand(standing: Standing): Promise<void> {
    await db.prisma.membership.deleteMany({ where: ofSomeone })
    if (standing === 'outsider') return
    await db.prisma.membership.create({ data: { ...ofSomeone, role: GrantedRole.parse(standing) } })
  }

  /** A new issue of theirs or of the founder, and whatever else the deed is done to. */
  async function scene({ who, deed, locked }: Case): Promise<Things> {
    const takes = (thing: string) => deed.do.includes(thing)
    await stand('member')
    const author = (who.isAuthor ? someone : founder).in('crew')
    const { number } = await createIssue(author, { ...before, labels: [] })
    const written = takes('comment') ? await createComment(author, { number, body: 'Once.' }) : null
    const view = { name: 'Ours', query: 'is:open', shared: !who.isAuthor }
    const shown = takes('a view of') ? await createView(author, view) : null
    const label = { name: uuidv7(), color: '#000000' }
    const labelled = takes('a label') ? await createLabel(founder.in('crew'), label) : null
    if (takes('take back')) await vote(someone.in('crew'), { number })
    if (takes('no more')) await setSubscription(someone.in('crew'), { number, state: 'following' })
    if (locked) await changeIssue(founder.in('crew'), { number, locked: true })
    if (takes('restore')) await deleteIssue(founder.in('crew'), { number })
    await stand(who.standing)
    return {
      number,
      commentId: written?.id ?? '',
      viewId: shown?.id ?? '',
      labelId: labelled?.id ?? '',
      otherId: founder.userId,
      newName: uuidv7(),
    }
  }

  async function outcome(asked: Case): Promise<string> {
    const { deed, expected, title } = asked
    const tool = toolOf.get(operationOf[deed.do])
    const given = givenTo(deed, await scene(asked))
    if (tool === undefined || given === null) throw new Error(`There is no tool to ${deed.do}.`)
    // What is refused to whom it should not be fails by its outcome.
    const earlier = expected === 'allowed' ? null : await stateOf(db)
    const events = await db.prisma.event.count()

    const { failed, text } = await call(here, someone, tool.operationName, {
      ...(tool.worldly ? {} : { workspace: 'crew' }),
      ...given,
    })

    if (failed) {
      if (earlier !== null) expect(await stateOf(db), `${title}: a refusal changes nothing`).toEqual(earlier)
      if (text === unseen) return 'not_found'
      expect(sentencesFor(asked), title).toContain(text)
      return 'forbidden'
    }
    const changes = tool.kind === 'operation' && asked.needs[0] !== 'issue.read'
    const happened = await db.prisma.event.findMany({ skip: events, orderBy: { sequence: 'asc' } })
    expect(happened.length > 0, `${title}: what is ${expected} has happened`).toBe(changes)
    for (const event of happened) expect(event).toMatchObject({ door: 'mcp', actorId: someone.userId })
    return deed.do === 'read who changed members and settings' && isEmpty(text) ? 'nothing' : 'allowed'
  }

  return { outcome }
}

const unseen = 'There is no such workspace, or you cannot see it.'

/** What the policy says to whoever may not, for each action that the deed needs and that they may not do. */
function sentencesFor({ who, needs, locked }: Case): string[] {
  const role = who.standing === 'outsider' ? null : GrantedRole.parse(who.standing)
  const actor: Actor = {
    userId: 'them',
    role,
    grantedRole: role,
    blocked: false,
    door: 'mcp',
    signedIn: true,
    guestsAllowed: false,
    managesGuild: false,
    scopes: null,
  }
  const subject = { authorId: who.isAuthor ? 'them' : 'somebody else', locked }
  return needs.flatMap((action) => refusal(actor, action, subject) ?? [])
}

function isEmpty(page: string): boolean {
  return z.object({ data: z.array(z.unknown()) }).parse(JSON.parse(page)).data.length === 0
}

const Answered = z.object({
  result: z.object({
    isError: z.boolean().default(false),
    content: z.tuple([z.object({ text: z.string() })]),
  }),
})

/** Calls a tool as that person. What is refused for one of many is told of it alone. */
async function call(
  here: World,
  { token }: Person,
  name: string,
  given: object,
): Promise<{ failed: boolean; text: string }> {
  const response = await here.fetch(
    new Request(`${origin}/mcp`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token({ azp: origin })}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: given },
      }),
    }),
  )
  const { isError, content } = Answered.parse(await response.json()).result
  const [{ text }] = content
  if (isError || name !== 'changeIssues') return { failed: isError, text }
  const problem = BulkResults.parse(JSON.parse(text)).data[0]?.problem ?? null
  return problem === null ? { failed: false, text } : { failed: true, text: problem.detail }
}
