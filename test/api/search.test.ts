import { expect, test } from 'vitest'
import { IssuePage } from '#shared/issues/schema.ts'
import type { ListedIssue } from '#shared/issues/schema.ts'
import { findSimilarIssues } from '#shared/search/similar.ts'
import { followed } from '#test/query/searching.ts'
import { world } from '#test/world.ts'
import type { Person } from '#test/world.ts'

const list = '/api/v1/workspaces/home/issues'
const SimilarIssues = findSimilarIssues.output

async function find(person: Pick<Person, 'api'>, q: string, more = ''): Promise<ListedIssue[]> {
  const { status, body } = await person.api.get(`${list}?q=${encodeURIComponent(q)}${more}`)
  expect({ q, status, body }).toMatchObject({ status: 200 })
  return IssuePage.parse(body).data
}

/** A tracker with these issues, in which search has followed, and somebody who searches. */
async function tracker(...issues: { title: string; description?: string }[]) {
  const here = await world()
  const robin = await here.person('Robin')
  for (const issue of issues) await robin.api.post(list, issue)
  await followed(here)
  const titles = async (q: string, more?: string) => (await find(robin, q, more)).map(({ title }) => title)
  return { ...here, robin, titles, follow: () => followed(here) }
}

test('words are found in title and description, and those of the title come first', async () => {
  const { titles } = await tracker(
    { title: 'Login loops on Safari' },
    { title: 'Dark theme', description: 'The login page is too bright.' },
    { title: 'Something else' },
  )

  expect(await titles('login')).toEqual(['Login loops on Safari', 'Dark theme'])
  expect(await titles('login safari')).toEqual(['Login loops on Safari'])
  expect(await titles('login nowhere')).toEqual([])
  expect(await titles('-login')).toEqual(['Something else'])
  expect(await titles('login -safari')).toEqual(['Dark theme'])
})

test('endings, accents and case make no difference', async () => {
  const { titles } = await tracker({ title: 'Résumé uploads FAILED' })

  for (const q of ['resume', 'upload', 'failing', 'RÉSUMÉ']) expect(await titles(q), q).toHaveLength(1)
})

test('the last word may only be begun', async () => {
  const { titles } = await tracker({ title: 'Notification settings' }, { title: 'Settings vanish' })

  expect(await titles('notif')).toEqual(['Notification settings'])
  expect(await titles('settings noti')).toEqual(['Notification settings'])
  expect(await titles('noti settings')).toEqual([])
})

test('a misspelt word finds what was meant', async () => {
  const { titles } = await tracker({ title: 'Authentication breaks' }, { title: 'Something else' })

  expect(await titles('authentification')).toEqual(['Authentication breaks'])
  expect(await titles('autentication breaks')).toEqual(['Authentication breaks'])
})

test('the words of a phrase stand beside each other', async () => {
  const { titles } = await tracker({ title: 'Cannot sign in' }, { title: 'A sign stuck in the door' })

  expect(await titles('"sign in"')).toEqual(['Cannot sign in'])
  expect(await titles('sign in')).toHaveLength(2)
  expect(await titles('-"sign in" sign')).toEqual(['A sign stuck in the door'])
})

test('languages without spaces are searched as well', async () => {
  const { titles } = await tracker(
    { title: 'Safariで登録に失敗する' },
    { title: '无法登录到帐户' },
    { title: '로그인이 안 됩니다' },
    { title: 'ไม่สามารถเข้าสู่ระบบ' },
  )

  expect(await titles('登録')).toEqual(['Safariで登録に失敗する'])
  expect(await titles('失敗')).toEqual(['Safariで登録に失敗する'])
  expect(await titles('登录')).toEqual(['无法登录到帐户'])
  expect(await titles('登')).toHaveLength(2)
  expect(await titles('로그인')).toEqual(['로그인이 안 됩니다'])
  expect(await titles('เข้าสู่')).toEqual(['ไม่สามารถเข้าสู่ระบบ'])
  expect(await titles('登失')).toEqual([])
})

test('names of files and addresses are found by their parts', async () => {
  const { titles } = await tracker({ title: 'Crash in src/api/app.ts at line 12' })

  for (const q of ['app.ts', 'src/api', '"line 12"']) expect(await titles(q), q).toHaveLength(1)
})

test('what has neither letters nor digits finds nothing, and nothing breaks', async () => {
  const { titles } = await tracker({ title: 'Login loops' })

  for (const q of ['!!!', "'", String.raw`\ `, '& | !', '<->', "':*"]) expect(await titles(q), q).toEqual([])
})

test('where the words stand is told by places', async () => {
  const { robin } = await tracker({
    title: 'Logins & <b>loops</b>',
    description: 'Once more: login.',
  })

  const [found] = await find(robin, 'login loop')

  const marked = (text: string, marks: [number, number][]) =>
    marks.map(([start, end]) => text.slice(start, end))
  const { title = '', description = '', highlights } = found ?? {}
  expect(marked(title, highlights?.title ?? [])).toEqual(['Logins', 'loops'])
  expect(marked(description, highlights?.description ?? [])).toEqual(['login'])
  expect(highlights?.comment).toBeNull()
  const [listed] = await find(robin, 'is:open')
  expect(listed).not.toHaveProperty('highlights')
})

test('comments are found, and what was said is shown; not what was deleted or hidden', async () => {
  const {
    robin,
    db,
    tracker: services,
    titles,
    follow,
  } = await tracker({ title: 'Something' }, { title: 'Else' })
  const { workspaceId } = await db.prisma.issue.findFirstOrThrow({ select: { workspaceId: true } })
  const say = (issueNumber: number, body: string, gone: { deletedAt?: Date; hiddenAt?: Date } = {}) =>
    db.prisma.comment.create({
      data: {
        workspaceId,
        id: services.newId(),
        issueNumber,
        authorId: robin.userId,
        body,
        createdAt: new Date(),
        ...gone,
      },
    })
  await say(1, 'It is the <i>firewall</i>, I think.')
  await say(2, 'A firewall as well?', { deletedAt: new Date() })
  await say(2, 'Buy a firewall!', { hiddenAt: new Date() })
  await robin.api.patch(`${list}/1`, { title: 'Something new' })
  await robin.api.patch(`${list}/2`, { title: 'Else new' })
  await follow()

  const [found, ...others] = await find(robin, 'firewall')

  expect(others).toEqual([])
  expect(found).toMatchObject({ number: 1 })
  expect(found?.highlights?.comment).toEqual({
    text: 'It is the <i>firewall</i>, I think.',
    marks: [[13, 21]],
  })
  expect(await titles('new')).toHaveLength(2)
})

test('search follows changes, deletions and restorations', async () => {
  const { robin, titles, follow } = await tracker({ title: 'Login loops' })
  await robin.api.patch(`${list}/1`, { title: 'Logout hangs' })
  await follow()
  expect(await titles('loops')).toEqual([])
  expect(await titles('hangs')).toEqual(['Logout hangs'])

  await robin.api.delete(`${list}/1`)
  expect(await titles('hangs'), 'before search has followed').toEqual([])
  await follow()
  await robin.api.post(`${list}/1/restore`)
  await follow()
  expect(await titles('hangs')).toEqual(['Logout hangs'])
})

test('words and filters go together', async () => {
  const { robin, titles } = await tracker({ title: 'Login loops' }, { title: 'Login hangs' })
  await robin.api.patch(`${list}/1`, { status: 'done', labels: ['bug'] })

  expect(await titles('login is:open')).toEqual(['Login hangs'])
  expect(await titles('login label:bug')).toEqual(['Login loops'])
  expect(await titles('login', '&status=done')).toEqual(['Login loops'])
  expect(await titles('login label:feature')).toEqual([])
})

test('pages of what was found meet, in every order', async () => {
  const { robin } = await tracker(
    ...Array.from({ length: 7 }, (_, n) => ({ title: `Login ${'again '.repeat(n % 3)}${n}` })),
  )
  for (const sort of [
    '',
    ' sort:created',
    ' sort:created-asc',
    ' sort:updated',
    ' sort:votes-asc',
    ' sort:priority',
  ]) {
    const whole = (await find(robin, `login${sort}`)).map(({ number }) => number)
    expect(
      whole.toSorted((one, other) => one - other),
      sort,
    ).toEqual([1, 2, 3, 4, 5, 6, 7])
    const parts: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await robin.api.get(`${list}?q=${encodeURIComponent(`login${sort}`)}&limit=2${next}`)
      const page = IssuePage.parse(body)
      parts.push(...page.data.map(({ number }) => number))
      cursor = page.nextCursor
    }
    expect(parts, sort).toEqual(whole)
  }
})

test('a word is found wherever it stands in a large workspace, whether few or many issues have it', async () => {
  const { db, robin } = await tracker({ title: 'The first of many' })
  const few = [2, 2047, 2048, 4095, 32_767, 32_768, 65_535, 65_536, 131_071, 131_072, 149_999]
  const many = [
    3,
    30_000,
    70_000,
    116_000,
    118_000,
    ...Array.from({ length: 600 }, (_, n) => 120_001 + n * 49),
  ]
  for (const [title, numbers] of [
    ['Seldom', few],
    ['Often', many],
  ] as const)
    await db.pool.query(
      `with added as (
        insert into issues (workspace_id, number, title, description, status, author_id, created_at, updated_at)
        select workspace_id, unnest($2::int[]), $1, '', status, author_id, created_at, updated_at from issues where number = 1
        returning workspace_id, number, title)
      insert into issue_search select workspace_id, number, to_tsvector('snag', title) from added`,
      [title, numbers],
    )
  await db.pool.query(`update workspaces set last_issue_number = 150000 where slug = 'home'`)
  const everyPage = async (q: string) => {
    const found: number[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`
      const { body } = await robin.api.get(`${list}?q=${encodeURIComponent(q)}&limit=100${next}`)
      const page = IssuePage.parse(body)
      found.push(...page.data.map(({ number }) => number))
      cursor = page.nextCursor
    }
    return found
  }

  for (const [word, numbers] of [
    ['seldom', few],
    ['often', many],
  ] as const) {
    expect(await everyPage(word), word).toEqual(numbers.toReversed())
    expect(await everyPage(`${word} is:open`), word).toEqual(numbers.toReversed())
    expect(await everyPage(`${word} sort:created`), word).toEqual(numbers.toReversed())
    expect(await everyPage(`${word} sort:created-asc`), word).toEqual(numbers)
  }
})

test('nothing of another workspace is found, continued or corrected', async () => {
  const { person, titles, follow } = await tracker({ title: 'Login loops' })
  const ada = await person('Ada')
  await ada.api.post('/api/v1/workspaces', { name: 'Secret', slug: 'secret', key: 'SEC' })
  await ada.api.post('/api/v1/workspaces/secret/issues', { title: 'Login of the secret authentication' })
  await follow()

  expect(await titles('login')).toEqual(['Login loops'])
  expect(await titles('authentif')).toEqual([])
  const { body } = await ada.api.get('/api/v1/workspaces/secret/issues?q=authentification')
  expect(IssuePage.parse(body).data).toHaveLength(1)
})

test('issues like the one being written are suggested, the likest first', async () => {
  const { robin, follow } = await tracker(
    { title: 'Login loops on Safari', description: 'After the second redirect I am signed out.' },
    { title: 'Safari shows the wrong icon' },
    { title: 'Export to CSV is empty' },
    ...Array.from({ length: 6 }, (_, n) => ({ title: `Login hint ${n}` })),
  )
  await robin.api.patch(`${list}/2`, { status: 'done' })
  await follow()
  const similar = async (title: string, text = '') => {
    const { status, body } = await robin.api.post('/api/v1/workspaces/home/similar-issues', { title, text })
    expect(status).toBe(200)
    return SimilarIssues.parse(body).data
  }

  const [first, ...others] = await similar('Safari login loop', 'signed out after a redirect')
  expect(first).toMatchObject({
    number: 1,
    reference: 'SNAG-1',
    title: 'Login loops on Safari',
    status: 'backlog',
  })
  for (const { score } of others) expect(score).toBeLessThan(first?.score ?? 0)
  expect((await similar('Login loops on Safari'))[0]?.score).toBeGreaterThan(0.9)
  expect(await similar('Completely different matter')).toEqual([])
  expect(await similar('')).toEqual([])
  expect(await similar('\0!!')).toEqual([])
  await robin.api.delete(`${list}/1`)
  expect((await similar('Login loops on Safari')).map(({ number }) => number)).not.toContain(1)
})

test('nothing like it is suggested from another workspace, nor of what is hidden', async () => {
  const { robin, person, db, follow } = await tracker({ title: 'Login loops on Safari' })
  const ada = await person('Ada')
  await ada.api.post('/api/v1/workspaces', { name: 'Secret', slug: 'secret', key: 'SEC' })
  await ada.api.post('/api/v1/workspaces/secret/issues', { title: 'Something' })
  await follow()

  const elsewhere = await ada.api.post('/api/v1/workspaces/secret/similar-issues', {
    title: 'Login loops on Safari',
  })
  await db.prisma.issue.updateMany({ data: { hiddenAt: new Date() } })
  const hidden = await robin.api.post('/api/v1/workspaces/home/similar-issues', {
    title: 'Login loops on Safari',
  })

  expect(elsewhere.body).toEqual({ data: [] })
  expect(hidden.body).toEqual({ data: [] })
})

test('a page of issues with many long comments is marked in a moment, however many words are meant', async () => {
  const { db, robin, follow } = await tracker(
    ...Array.from({ length: 15 }, (_, at) => ({ title: `Zebra${String.fromCharCode(97 + at)} and more` })),
  )
  for (let number = 1; number <= 15; number += 1)
    await robin.api.post(`${list}/${number}/comments`, { body: 'Nothing but a zebracrossing here' })
  await follow()
  // Newer than the one that is found, and never looked at by the search itself.
  await db.pool.query(`insert into comments (workspace_id, id, issue_number, author_id, body, created_at)
    select i.workspace_id, ('ffffffff-0000-7000-8000-' || lpad(to_hex(i.number * 1000 + n), 12, '0'))::uuid, i.number,
      i.author_id, (select string_agg(md5(n::text || word), ' ') from generate_series(1, 600) word), now()
    from issues i cross join generate_series(1, 100) n`)
  const start = performance.now()

  expect(await find(robin, 'nothing zebra')).toHaveLength(15)

  expect(performance.now() - start).toBeLessThan(2_500)
})
