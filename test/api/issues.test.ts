import { expect, test } from 'vitest'
import { world } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'

test('an issue that was filed can be read, and belongs to who filed it', async () => {
  const { person } = await world()
  const reporter = await person('Robin')

  const filed = await reporter.api.post(list, { title: 'Login loops on Safari', labels: ['bug'] })
  const read = await reporter.api.get(`${list}/1`)

  expect(filed).toMatchObject({
    status: 201,
    body: { number: 1, reference: 'SNAG-1', status: 'backlog', labels: ['bug'] },
  })
  expect(filed.headers.get('location')).toBe(`${list}/1`)
  expect(read.body).toEqual(filed.body)
  expect(read.body).toMatchObject({ author: { id: reporter.userId, name: 'Robin Tester', guest: false } })
  expect(read.headers.get('etag')).toBe(filed.headers.get('etag'))
})

test('what has not changed since is not sent again', async () => {
  const { person } = await world()
  const reporter = await person('Robin')
  const filed = await reporter.api.post(list, { title: 'Login loops on Safari' })
  const etag = filed.headers.get('etag') ?? ''

  expect(await reporter.api.get(`${list}/1`, { 'if-none-match': etag })).toMatchObject({
    status: 304,
    body: null,
  })
  await reporter.api.patch(`${list}/1`, { title: 'Login loops in Safari' })
  expect(await reporter.api.get(`${list}/1`, { 'if-none-match': etag })).toMatchObject({ status: 200 })
})
