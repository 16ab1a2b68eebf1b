import { expect, test } from 'vitest'
import { purgeRequestsJob } from '#shared/idempotency/purge.ts'
import { takeUp } from '#shared/idempotency/requests.ts'
import type { Answer } from '#test/api-client.ts'
import { failed, problem } from '#test/problems.ts'
import { world } from '#test/world.ts'
import type { Person, World } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const day = 24 * 60 * 60_000

function file(person: Person, key: string, title = 'Login loops'): Promise<Answer> {
  return person.api.post(list, { title }, { 'idempotency-key': key })
}

async function titlesIn({ db }: World): Promise<string[]> {
  const { rows } = await db.pool.query<{ title: string }>('select title from issues order by number')
  return rows.map(({ title }) => title)
}

/** Takes up a request as a process does that then dies. */
function dying({ tracker }: World, person: Person, key: string) {
  return takeUp(tracker, {
    userId: person.userId,
    principal: person.userId,
    key,
    method: 'POST',
    address: list,
    body: Buffer.from(JSON.stringify({ title: 'Login loops' })),
  })
}

test('the same request again gets the same answer, and does nothing', async () => {
  const here = await world()
  const robin = await here.person('Robin')

  const first = await file(robin, 'a-key')
  await robin.api.patch(`${list}/1`, { title: 'Changed since' })
  const again = await file(robin, 'a-key')

  expect(first.status).toBe(201)
  expect(first.headers.get('idempotency-replayed')).toBeNull()
  expect(again).toMatchObject({ status: 201, body: first.body })
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  for (const name of ['location', 'etag', 'content-type'])
    expect(again.headers.get(name), name).toBe(first.headers.get(name))
  expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
  expect(await titlesIn(here)).toEqual(['Changed since'])
})

test('a key stands for one body at one address, for one person', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const sam = await here.person('Sam')
  await file(robin, 'a-key')

  expect(await file(robin, 'a-key', 'Something else')).toEqual(problem('conflict', /something else/))
  expect(
    await robin.api.post(`${list}?x=1`, { title: 'Login loops' }, { 'idempotency-key': 'a-key' }),
  ).toEqual(problem('conflict'))
  expect((await file(sam, 'a-key', 'Something else')).status).toBe(201)
  expect((await file(robin, 'another-key')).status).toBe(201)
  expect(await titlesIn(here)).toEqual(['Login loops', 'Something else', 'Login loops'])
})

test('twins at the same time have one effect, and one answer', async () => {
  const here = await world()
  const robin = await here.person('Robin')

  const answers = await Promise.all(Array.from({ length: 8 }, () => file(robin, 'a-key')))

  expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(201))
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(7)
  expect(await titlesIn(here)).toEqual(['Login loops'])
})

test('a twin waits some seconds for the first one, and is then told to come back', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await dying(here, robin, 'a-key')

  const answer = await file(robin, 'a-key')

  expect(answer).toEqual(problem('conflict', /still under way/))
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a refusal is repeated as well', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const first = await file(robin, 'a-key', 'No')
  const again = await file(robin, 'a-key', 'No')

  expect(first).toEqual(problem('invalid'))
  expect(again.body).toEqual(first.body)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
})

test('a failure of ours is not kept: the next try does it', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const article = () => robin.api.post('/api/issue', { title: 'Login loops' }, { 'idempotency-key': 'a-key' })
  await here.db.pool.query('alter table issue_labels rename to mislaid')
  try {
    expect((await article()).status).toBe(500)
    here.loggedErrors.length = 0
  } finally {
    await here.db.pool.query('alter table mislaid rename to issue_labels')
  }

  expect((await article()).status).toBe(201)
  expect((await article()).headers.get('idempotency-replayed')).toBe('true')
  expect(await titlesIn(here)).toEqual(['Login loops'])
})

test('too many is not kept either', async () => {
  const here = await world({ api: { rateLimits: { reads: 0, writes: 1 } } })
  const robin = await here.person('Robin')
  await file(robin, 'first')

  expect(await file(robin, 'a-key')).toEqual(problem('too_many'))
  const { rows } = await here.db.pool.query('select 1 from idempotency_keys')
  expect(rows).toHaveLength(1)
})

test('when the process died in the middle, nobody pretends to know', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await dying(here, robin, 'a-key')
  here.advance(2 * 60_000)

  expect(await file(robin, 'a-key')).toEqual(problem('conflict', /not known whether it was done/))
  expect(await titlesIn(here)).toEqual([])
})

test('when only the answer was lost, it is known that it was done', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'a-key')
  await here.db.pool.query('update idempotency_keys set status = null, answer = null')
  here.advance(2 * 60_000)

  expect(await file(robin, 'a-key')).toEqual(problem('conflict', /was done, but its answer was lost/))
  expect(await titlesIn(here)).toEqual(['Login loops'])
})

test('what was done stays known, even if we answered that it failed', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const taken = await dying(here, robin, 'a-key')
  if (!('alongside' in taken)) throw new Error('It was there already.')
  await here.db.transaction(async (tx) => tx.send(taken.alongside))
  await taken.letGo()
  here.advance(2 * 60_000)

  expect(await file(robin, 'a-key')).toEqual(problem('conflict', /was done/))
})

test('after a day the key may stand for something else, and is forgotten', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'a-key')
  await file(robin, 'b-key')
  here.advance(day - 60_000)
  expect((await file(robin, 'a-key')).headers.get('idempotency-replayed')).toBe('true')

  here.advance(120_000)
  expect((await file(robin, 'a-key', 'Something else')).status).toBe(201)
  await purgeRequestsJob(here.tracker).run({})

  const { rows } = await here.db.pool.query('select 1 from idempotency_keys')
  expect(rows).toHaveLength(1)
  expect(await titlesIn(here)).toEqual(['Login loops', 'Login loops', 'Something else'])
})

test('what is no key is refused with what one is', async () => {
  const { person } = await world()
  const robin = await person('Robin')

  for (const key of ['', ' ', 'two words', 'größe', 'x'.repeat(256), 'a,\u0009b'])
    expect(await file(robin, key), key).toEqual(problem('invalid', /1 to 255/))
  for (const key of ['x', '"quoted"', '~'.repeat(255)]) expect((await file(robin, key)).status).toBe(201)
})

test('a key on what changes nothing twice anyway is let be', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'a-key')

  const headers = { 'idempotency-key': 'a-key' }
  expect((await robin.api.patch(`${list}/1`, { title: 'Changed' }, headers)).status).toBe(200)
  expect((await robin.api.get(`${list}/1`, headers)).status).toBe(200)
  expect((await robin.api.delete(`${list}/1`, headers)).status).toBe(204)
})

test('the article’s route takes a key too', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const post = (title: string) => robin.api.post('/api/issue', { title }, { 'idempotency-key': 'a-key' })
  const first = await post('Login loops')

  expect((await post('Login loops')).body).toEqual(first.body)
  expect(await post('Something else')).toEqual(failed(409, /something else/))
  expect(await titlesIn(here)).toEqual(['Login loops'])
})

test('whoever is not let in any more gets no old answers', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'a-key')
  await here.db.pool.query('update users set refused_at = now() where id = $1', [robin.userId])

  expect(await file(robin, 'a-key')).toEqual(problem('unauthenticated'))
})

test('whoever reads the table learns neither keys nor words', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'a-key-of-robin', 'A very secret title')

  const { rows } = await here.db.pool.query<{ text: string }>(
    `select convert_from(convert_to(k::text, 'UTF8'), 'UTF8')
       || encode(key, 'escape') || encode(answer, 'escape') as text from idempotency_keys k`,
  )
  expect(rows).toHaveLength(1)
  expect(rows[0]?.text).not.toMatch(/a-key-of-robin|secret title|location|etag/)
})

test('a file is attached once, and another one under its key is refused', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  await file(robin, 'the-issue')
  const attach = (bytes: string) =>
    robin.api.post(`${list}/1/attachments?name=log.txt`, Buffer.from(bytes), {
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'idempotency-key': 'a-key',
    })
  const first = await attach('Some lines')

  expect(first.status).toBe(201)
  expect((await attach('Some lines')).body).toEqual(first.body)
  expect(await attach('Many more lines')).toEqual(problem('conflict', /something else/))
  expect(await attach('Same lines'), 'as long as the first').toEqual(problem('conflict', /something else/))
  const { body } = await robin.api.get(`${list}/1/attachments`)
  expect(JSON.stringify(body).match(/log\.txt/g)).toHaveLength(1)
})

test('what is sent to no address is told so at once, with a key too', async () => {
  const here = await world()
  const robin = await here.person('Robin')
  const headers = { 'idempotency-key': 'a-key' }

  expect(await here.anonymous.post('/api/nothing', {}, headers)).toEqual(problem('not_found'))
  expect(await robin.api.post('/api/v1/nothing', {}, headers)).toEqual(problem('not_found'))
})
