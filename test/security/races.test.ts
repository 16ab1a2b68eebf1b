import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import { somebodyWaits, transaction } from './locks.ts'

const list = '/api/v1/workspaces/home/issues'

test('labels sent while somebody else changes them are held against what is there then', async () => {
  const { db, personWith } = await world()
  const triager = await personWith('triager')
  await triager.api.post(list, { title: 'Login loops' })
  const other = await transaction(db)
  await other.query('select 1 from issues where number = 1 for no key update')

  const answer = triager.api.patch(`${list}/1`, { labels: [] })
  await somebodyWaits(db)
  await other.query(`insert into issue_labels (workspace_id, issue_number, label_id)
    select workspace_id, 1, id from labels where name = 'feature'`)
  await other.query('update issues set version = version + 1 where number = 1')
  await other.commit()

  expect(await answer).toMatchObject({ status: 200, body: { labels: [], version: 3 } })
  const [change] = await db.prisma.event.findMany({ where: { type: 'issue.changed' } })
  expect(change?.changes).toEqual({ labels: { before: ['feature'], after: [] } })
})

test('two admins who take each other’s role at once leave one of them', async () => {
  const { person } = await world()
  const [robin, kim] = [await person('Robin'), await person('Kim')]
  const members = '/api/v1/workspaces/crew/members'
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })

  for (let i = 0; i < 5; i++) {
    await robin.api.put(`${members}/${kim.userId}`, { role: 'admin' })
    const answers = await Promise.all([
      robin.api.put(`${members}/${kim.userId}`, { role: 'member' }),
      kim.api.put(`${members}/${robin.userId}`, { role: 'member' }),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const list = await (answers[0].status === 200 ? robin : kim).api.get(members)
    const { data } = list.body as { data: { role: string }[] } // the client holds it against the API's description
    expect(data.filter(({ role }) => role === 'admin')).toHaveLength(1)
    if (answers[1].status === 200) await kim.api.put(`${members}/${robin.userId}`, { role: 'admin' })
  }
})

test('leaving at once, the last two admins are not both let go', async () => {
  const { person } = await world()
  const [robin, kim] = [await person('Robin'), await person('Kim')]
  const members = '/api/v1/workspaces/crew/members'
  await robin.api.post('/api/v1/workspaces', { name: 'The crew', slug: 'crew', key: 'CREW' })
  await robin.api.put(`${members}/${kim.userId}`, { role: 'admin' })

  const answers = await Promise.all([robin, kim].map(({ api, userId }) => api.delete(`${members}/${userId}`)))

  expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
  expect(answers.find(({ status }) => status !== 204)).toEqual(problem('conflict', /last admin/))
})
