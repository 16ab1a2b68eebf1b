import { expect, test } from 'vitest'
import type { Comment } from '#shared/comments/schema.ts'
import { problem } from '#test/problems.ts'
import { expectRefused } from '#test/refusals.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const comments = `${list}/1/comments`

/** An issue by Robin, on which Sam can comment. */
async function scene() {
  const here = await world()
  const robin = await here.person('Robin')
  const sam = await here.person('Sam')
  await robin.api.post(list, { title: 'Login loops' })
  return { ...here, robin, sam }
}

async function says({ api }: Person, body: string, at = comments): Promise<Comment & { at: string }> {
  const answer = await api.post(at, { body })
  expect(answer.status).toBe(201)
  return { ...(answer.body as Comment), at: String(answer.headers.get('location')) } // the client checks
}

test('a comment can be read by everybody who reads the issue, and belongs to who wrote it', async () => {
  const { robin, sam } = await scene()

  const said = await sam.api.post(comments, { body: 'Same **here**.' })
  const at = String(said.headers.get('location'))

  expect(said).toMatchObject({
    status: 201,
    body: {
      issueNumber: 1,
      body: 'Same **here**.',
      author: { id: sam.userId, name: 'Sam Tester' },
      hidden: false,
      version: 1,
      editedAt: null,
    },
  })
  const read = await robin.api.get(at)
  expect(read.body).toEqual(said.body)
  expect(read.headers.get('etag')).toBe(said.headers.get('etag'))
  expect(await robin.api.get(comments)).toMatchObject({ body: { data: [said.body], nextCursor: null } })
})

test('a comment is counted, makes its issue an updated one, and leaves its version', async () => {
  const { robin, sam, advance } = await scene()
  const { body: before } = await robin.api.get(`${list}/1`)
  advance(60_000)

  const said = await says(sam, 'Same here.')

  const { body: after } = await robin.api.get(`${list}/1`)
  expect(after).toEqual({ ...(before as object), comments: 1, updatedAt: said.createdAt })
  await sam.api.delete(said.at)
  expect(await robin.api.get(`${list}/1`)).toMatchObject({ body: { comments: 0, version: 1 } })
})

test('a comment is edited by its author alone, whatever others are', async () => {
  const { robin, sam, personWith } = await scene()
  const admin = await personWith('admin')
  const said = await says(sam, 'Same here.')

  for (const other of [robin, admin])
    expect(await other.api.patch(said.at, { body: 'I said nothing.' })).toEqual(
      problem('forbidden', /^Only its author may edit it\.$/),
    )
  expect(await sam.api.patch(said.at, { body: 'Same here!' })).toMatchObject({
    status: 200,
    body: { body: 'Same here!', version: 2, editedAt: expect.any(String), author: { id: sam.userId } },
  })
})

test('a comment is deleted by its author or an admin, and is gone from everywhere', async () => {
  const { robin, sam, personWith } = await scene()
  const [admin, triager] = [await personWith('admin'), await personWith('triager')]
  const first = await says(sam, 'First secret')
  const second = await says(sam, 'Second secret')

  for (const other of [robin, triager]) expect(await other.api.delete(first.at)).toEqual(problem('forbidden'))
  expect(await sam.api.delete(first.at)).toMatchObject({ status: 204 })
  expect(await admin.api.delete(second.at)).toMatchObject({ status: 204 })

  for (const { at } of [first, second]) {
    expect(await sam.api.get(at)).toEqual(problem('not_found'))
    expect(await sam.api.patch(at, { body: 'Again' })).toEqual(problem('not_found'))
    expect(await admin.api.delete(at)).toEqual(problem('not_found'))
  }
  expect(await robin.api.get(comments)).toMatchObject({ body: { data: [] } })
  const { body: history } = await robin.api.get(`${list}/1/history`)
  expect(JSON.stringify(history)).not.toContain('secret')
  expect(history).toMatchObject({
    data: [{ type: 'issue.created' }, { type: 'comment.deleted' }, { type: 'comment.deleted' }],
  })
})

test('the history tells of comments, and what editing them changed', async () => {
  const { robin, sam } = await scene()
  const said = await says(sam, 'Same here.')
  await sam.api.patch(said.at, { body: 'Same here!' })
  await sam.api.patch(said.at, { body: 'Same here!' })

  expect(await robin.api.get(`${list}/1/history`)).toMatchObject({
    body: {
      data: [
        { type: 'issue.created' },
        { type: 'comment.created', changes: { body: { before: null, after: 'Same here.' } } },
        { type: 'comment.changed', changes: { body: { before: 'Same here.', after: 'Same here!' } } },
      ],
    },
  })
})

test('a change is made only to the version of a comment it was meant for', async () => {
  const { sam } = await scene()
  const said = await says(sam, 'One')
  const { headers } = await sam.api.get(said.at)
  await sam.api.patch(said.at, { body: 'Two' }, { 'if-match': headers.get('etag') ?? '' })

  for (const stale of ['"1"', headers.get('etag') ?? '']) {
    expect(await sam.api.patch(said.at, { body: 'Three' }, { 'if-match': stale })).toEqual(
      problem('stale', /This comment has been changed/),
    )
    expect(await sam.api.delete(said.at, { 'if-match': stale })).toEqual(problem('stale'))
  }
  expect(await sam.api.delete(said.at, { 'if-match': '"2"' })).toMatchObject({ status: 204 })
})

test('comments have pages, from either end', async () => {
  const { robin, sam } = await scene()
  for (let n = 1; n <= 7; n++) await says(n % 2 === 0 ? robin : sam, `Comment ${n}`)

  const seen = async (order: string) => {
    const bodies: string[] = []
    let path: string | undefined = `${comments}?limit=3&order=${order}`
    while (path !== undefined) {
      const { headers, body }: { headers: Headers; body: unknown } = await sam.api.get(path)
      bodies.push(...(body as { data: Comment[] }).data.map((comment) => comment.body)) // the client checks
      path = /^<([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
    }
    return bodies
  }
  const all = Array.from({ length: 7 }, (_, n) => `Comment ${n + 1}`)

  expect(await seen('oldest')).toEqual(all)
  expect(await seen('newest')).toEqual(all.toReversed())
  const { body } = await sam.api.get(`${comments}?limit=3`)
  const { nextCursor } = body as { nextCursor: string } // a CommentPage: the client checks
  expect(await sam.api.get(`${comments}?limit=3&order=newest&cursor=${nextCursor}`)).toEqual(
    problem('invalid', /cursor/),
  )
})

test('what is no comment is refused, and says why', async () => {
  const here = await scene()
  const { api } = here.sam
  const said = await says(here.sam, 'Same here.')
  const bad = { empty: { body: '' }, blank: { body: ' \n\t ' }, number: { body: 1 } }
  const worse = {
    long: { body: 'x'.repeat(20_001) },
    nul: { body: 'a\0b' },
    author: { body: 'x', author: 'me' },
  }

  const attempts = Object.entries({ ...bad, ...worse }).flatMap(([name, body]) => [
    [`new: ${name}`, () => api.post(comments, body)] as const,
    [`edited: ${name}`, () => api.patch(said.at, body)] as const,
  ])
  await expectRefused(here, 'invalid', {
    ...Object.fromEntries(attempts),
    'new: missing': () => api.post(comments, {}),
    'an id that is none': () => api.get(`${comments}/1`),
    'an order that is none': () => api.get(`${comments}?order=best`),
    'a page that is too long': () => api.get(`${comments}?limit=101`),
  })
  expect(await api.post(comments, { body: 'x'.repeat(20_000) })).toMatchObject({ status: 201 })
})

test('a comment is found on its own issue only, and on none that was deleted', async () => {
  const here = await scene()
  const { robin, sam } = here
  await robin.api.post(list, { title: 'Another one' })
  const said = await says(sam, 'Same here.')
  const elsewhere = `${list}/2/comments/${said.id}`

  await expectRefused(here, 'not_found', {
    'read elsewhere': () => sam.api.get(elsewhere),
    'edited elsewhere': () => sam.api.patch(elsewhere, { body: 'x' }),
    'deleted elsewhere': () => sam.api.delete(elsewhere),
    'asked about elsewhere': () => sam.api.get(`${elsewhere}/permissions`),
    'on no issue': () => sam.api.post(`${list}/99/comments`, { body: 'x' }),
    'of no issue': () => sam.api.get(`${list}/99/comments`),
    'that is not there': () => sam.api.get(`${comments}/01890000-0000-7000-8000-000000000000`),
  })
  await robin.api.delete(`${list}/1`)
  await expectRefused(here, 'not_found', {
    read: () => sam.api.get(said.at),
    listed: () => sam.api.get(comments),
    edited: () => sam.api.patch(said.at, { body: 'x' }),
    deleted: () => sam.api.delete(said.at),
    new: () => sam.api.post(comments, { body: 'x' }),
  })
  await robin.api.post(`${list}/1/restore`)
  expect(await sam.api.get(comments)).toMatchObject({ body: { data: [{ id: said.id }] } })
})

test('only triagers talk on a locked issue; voting and following stay open', async () => {
  const { robin, sam, personWith } = await scene()
  const triager = await personWith('triager')
  const said = await says(sam, 'You are wrong.')
  await triager.api.patch(`${list}/1`, { locked: true })

  for (const attempt of [
    () => sam.api.post(comments, { body: 'Very wrong.' }),
    () => sam.api.patch(said.at, { body: 'Very wrong.' }),
    () => sam.api.delete(said.at),
    () => robin.api.post(comments, { body: 'I am not.' }),
  ])
    expect(await attempt()).toEqual(problem('forbidden', /while the issue is locked/))
  expect(await triager.api.post(comments, { body: 'Enough.' })).toMatchObject({ status: 201 })
  expect(await sam.api.put(`${list}/1/vote`)).toMatchObject({ status: 200, body: { voted: true } })
  expect(await sam.api.put(`${list}/1/subscription`, { state: 'muted' })).toMatchObject({ status: 200 })
})

test('spam is shown to triagers only, in every list and history', async () => {
  const { robin, sam, personWith, db } = await scene()
  const triager = await personWith('triager')
  const spam = await says(sam, 'Buy my coins')
  const other = await says(sam, 'Same here.')
  await db.prisma.comment.updateMany({ where: { id: spam.id }, data: { hiddenAt: new Date() } })

  for (const { api } of [robin, sam]) {
    expect(await api.get(comments)).toMatchObject({ body: { data: [{ id: other.id }] } })
    expect(await api.get(spam.at)).toEqual(problem('not_found'))
    expect(JSON.stringify((await api.get(`${list}/1/history`)).body)).not.toContain('coins')
  }
  expect(await sam.api.patch(spam.at, { body: 'Buy more coins' })).toEqual(problem('not_found'))
  expect(await triager.api.get(comments)).toMatchObject({
    body: {
      data: [
        { id: spam.id, hidden: true },
        { id: other.id, hidden: false },
      ],
    },
  })
})

test('nobody but triagers learns what is said about a hidden issue', async () => {
  const here = await scene()
  const { sam, personWith } = here
  const triager = await personWith('triager')
  const said = await says(sam, 'Same here.')
  await triager.api.patch(`${list}/1`, { hidden: true })

  await expectRefused(here, 'not_found', {
    'its comments': () => sam.api.get(comments),
    'a comment': () => sam.api.get(said.at),
    'a new one': () => sam.api.post(comments, { body: 'x' }),
    'an edited one': () => sam.api.patch(said.at, { body: 'x' }),
    'a deleted one': () => sam.api.delete(said.at),
    'how one stands to it': () => sam.api.get(`${list}/1/me`),
    'a vote': () => sam.api.put(`${list}/1/vote`),
    'a vote taken back': () => sam.api.delete(`${list}/1/vote`),
    'following it': () => sam.api.put(`${list}/1/subscription`, { state: 'following' }),
    'what belongs to it': () => sam.api.get(`${list}/1/references`),
  })
  expect(await triager.api.get(comments)).toMatchObject({ body: { data: [{ id: said.id }] } })
})

test('what may be done with a comment can be asked beforehand', async () => {
  const { robin, sam, personWith } = await scene()
  const admin = await personWith('admin')
  const said = await says(sam, 'Same here.')
  const allowed = async ({ api }: Person) => {
    const { body } = await api.get(`${said.at}/permissions`)
    const { data } = body as { data: { action: string; allowed: boolean }[] } // Permissions: the client checks
    return data.filter((permission) => permission.allowed).map(({ action }) => action)
  }

  expect(await allowed(sam)).toEqual(['comment.edit', 'comment.delete'])
  expect(await allowed(admin)).toEqual(['comment.delete', 'issue.hide'])
  expect(await allowed(robin)).toEqual([])
})
