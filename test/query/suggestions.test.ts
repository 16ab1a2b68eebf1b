import { expect, test } from 'vitest'
import type { Context } from '#shared/context.ts'
import { rememberGuild } from '#shared/guilds/roles.ts'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { QuerySuggestions } from '#shared/query/schema.ts'
import { suggestQuery } from '#shared/search/suggestions.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const home = '/api/v1/workspaces/home'

/** What the query becomes with each suggestion; the caret is where the bar is. */
async function becomes({ api }: Person, marked: string): Promise<string[]> {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { body } = await api.get(`${home}/query-suggestions?q=${encodeURIComponent(text)}&caret=${caret}`)
  const { data } = QuerySuggestions.parse(body)
  return data.map((option) => text.slice(0, option.start) + option.text + text.slice(option.end))
}

test('qualifiers, their values, and labels of the workspace are suggested where one is typing', async () => {
  const { personWith } = await world()
  const ada = await personWith('admin')
  for (const name of ['good first issue', 'a bug in the docs'])
    await ada.api.post(`${home}/labels`, { name, color: '#0e8a16', description: 'For a beginning' })

  expect(await becomes(ada, 'login st|')).toEqual(['login status:'])
  expect(await becomes(ada, 'status:do| login')).toEqual(['status:done login'])
  expect(await becomes(ada, 'label:BUG|')).toEqual(['label:bug', 'label:"a bug in the docs"'])
  expect(await becomes(ada, 'is:open label:"good f| sort:votes')).toContain(
    'is:open label:"good first issue" sort:votes',
  )
  const { body } = await ada.api.get(`${home}/query-suggestions?q=label:good`)
  expect(body, 'at the end, where no caret is given').toEqual({
    data: [{ start: 6, end: 10, text: '"good first issue"', hint: 'For a beginning' }],
  })
})

test('people are suggested by what a query finds them by', async () => {
  const { db, personWith } = await world()
  const ada = await personWith('member', 'Ada')
  const grace = await personWith('triager', 'Grace')
  await db.prisma.user.update({ where: { id: grace.userId }, data: { username: 'amazing' } })

  expect(await becomes(ada, 'author:ad|')).toEqual(['author:"Ada Tester"'])
  expect(await becomes(ada, 'assignee:grace|')).toEqual(['assignee:amazing'])
  expect(await becomes(ada, 'assignee:|')).toEqual([
    'assignee:@me',
    'assignee:none',
    'assignee:"Ada Tester"',
    'assignee:amazing',
  ])
})

test('a guest, who may not see who is here, is suggested no people', async () => {
  const { tracker, db, personWith } = await world()
  await personWith('member', 'Ada')
  const guild = { id: '1200000000000000077', managed: false }
  const { id: workspaceId } = await db.prisma.workspace.findFirstOrThrow()
  await rememberGuild(tracker, { id: guild.id, name: 'Workshop' })
  await db.prisma.guild.update({ where: { id: guild.id }, data: { workspaceId, guestsAllowed: true } })
  const discordId = '100000000000000001'
  const userId = await ensureDiscordUser(tracker, { discordId, name: 'Gus', imageUrl: null })
  const asGuest: Context = {
    tracker,
    caller: { userId, door: 'discord', guild },
    place: { guildId: guild.id },
  }

  expect((await suggestQuery(asGuest, { q: 'author:' })).value.data.map(({ text }) => text)).toEqual(['@me'])
  expect((await suggestQuery(asGuest, { q: 'author:ada' })).value.data).toEqual([])
  expect((await suggestQuery(asGuest, { q: 'label:bug' })).value.data).toHaveLength(1)
})

test('a query too long, or a caret that is none, is refused; one behind the end is at the end', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const ask = (query: string) => robin.api.get(`${home}/query-suggestions?${query}`)

  expect(await ask(`q=${'x'.repeat(1_001)}`)).toEqual(problem('invalid', /1,000/))
  expect(await ask('q=is:&caret=-1')).toEqual(problem('invalid', /caret/))
  expect(await ask('q=is:op&caret=1e0')).toEqual(problem('invalid', /caret/))
  expect(await ask('q=is:op&caret=99')).toMatchObject({ body: { data: [{ text: 'open' }] } })
})
