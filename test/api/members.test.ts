import { expect, test } from 'vitest'
import { ensureDiscordUser } from '#shared/identity/users.ts'
import { begins } from '#shared/members/queries.ts'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { World } from '#test/world.ts'

const members = '/api/v1/workspaces/home/members'

async function named({ db, personWith }: World, name: string, username: string | null = null) {
  const someone = await personWith('member', name)
  await db.prisma.user.update({ where: { id: someone.userId }, data: { name, username } })
  return someone
}

function names(body: unknown): string[] {
  return (body as { data: { user: { name: string } }[] }).data.map(({ user }) => user.name) // a MemberList: the client checks
}

test('members are found by how their name or username begins, whatever the case', async () => {
  const here = await world()
  const ada = await named(here, 'Ada Lovelace', 'countess')
  await named(here, 'Adam Riese')
  await named(here, 'Élodie Petit')
  await named(here, '李小龙')
  const find = async (q: string) => names((await ada.api.get(`${members}?q=${encodeURIComponent(q)}`)).body)

  expect(await find('ada')).toEqual(['Ada Lovelace', 'Adam Riese'])
  expect(await find('ADA L')).toEqual(['Ada Lovelace'])
  expect(await find('Count')).toEqual(['Ada Lovelace'])
  expect(await find('éLO')).toEqual(['Élodie Petit'])
  expect(await find('李小')).toEqual(['李小龙'])
  expect(await find('lovelace')).toEqual([])
  expect(await find('%')).toEqual([])
  expect(await find('_da')).toEqual([])
  expect(await find('ada\0 l'), 'what cannot be stored names nobody').toEqual(['Ada Lovelace'])
  expect(await find(''), 'nothing was asked for').toHaveLength(4)
})

test('who is a member by a server is found too, with the role that counts', async () => {
  const here = await world()
  const { db, person, tracker } = here
  const robin = await named(here, 'Robin')
  const rory = await person('Rory')
  const { id: workspaceId } = await db.prisma.workspace.findUniqueOrThrow({ where: { slug: 'home' } })
  await db.prisma.guild.create({ data: { id: '1200000000000000077', name: 'Workshop', workspaceId } })
  const guest = await ensureDiscordUser(tracker, {
    discordId: '100000000000000001',
    name: 'Roland',
    imageUrl: null,
  })
  for (const userId of [robin.userId, rory.userId, guest]) {
    await db.prisma.guildRole.create({
      data: { guildId: '1200000000000000077', userId, role: 'triager', checkedAt: new Date() },
    })
  }
  await person('Rosa')

  expect(await robin.api.get(`${members}?q=ro`)).toMatchObject({
    body: {
      data: [
        { user: { id: robin.userId }, role: 'triager' },
        { user: { id: rory.userId }, role: 'triager' },
      ],
    },
  })
  expect(await robin.api.get(members)).toMatchObject({
    body: { data: [{ user: { id: robin.userId }, role: 'member' }] },
  })
})

test('nobody finds the members of a workspace that they do not see', async () => {
  const { person } = await world()
  const robin = await person('Robin')
  const eve = await person('Eve')
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })

  expect(await robin.api.get('/api/v1/workspaces/crew/members?q=rob')).toMatchObject({
    body: { data: [{ user: { id: robin.userId }, role: 'admin' }] },
  })
  expect(await eve.api.get('/api/v1/workspaces/crew/members?q=rob')).toEqual(problem('not_found'))
})

test('members are looked for by name along an index', async () => {
  const { db } = await world()
  const client = await db.pool.connect()
  try {
    await client.query('begin')
    await client.query(
      `insert into users (id, name) select gen_random_uuid(), 'Person ' || n from generate_series(1, 20000) n`,
    )
    await client.query('analyze users')
    const { rows } = await client.query<{ 'QUERY PLAN': string }>({
      text: `explain select 1 from users u where ${begins('u.name', '$1')} or ${begins('u.username', '$1')}`,
      values: ['person 77'],
    })
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(plan).toMatch(/users_name_idx[^]*users_username_idx/)
  } finally {
    await client.query('rollback')
    client.release()
  }
})
