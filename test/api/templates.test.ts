import { expect, test } from 'vitest'
import { problem } from '#test/problems.ts'
import { world } from '#test/world.ts'

const home = '/api/v1/workspaces/home'
const path = `${home}/templates`

interface Shown {
  id: string
  name: string
}

const crash = {
  name: 'Crash',
  description: 'It is gone all of a sudden.',
  titlePlaceholder: 'Crash on …',
  labels: ['bug'],
  priority: 'high',
  fields: [
    { id: 'what', label: 'What were you doing?', kind: 'paragraph', required: true },
    { id: 'os', label: 'Which system?', kind: 'choice', options: ['Linux', 'macOS', 'Windows'] },
  ],
}

async function scene() {
  const here = await world()
  const admin = await here.personWith('admin')
  const robin = await here.person('Robin')
  const listed = async () => ((await robin.api.get(path)).body as { data: Shown[] }).data // Templates: the client checks
  return { ...here, admin, robin, listed }
}

test('a new workspace asks for bugs and ideas', async () => {
  const { admin } = await scene()
  await admin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon-base', key: 'MOON' })

  expect(await admin.api.get('/api/v1/workspaces/moon-base/templates')).toMatchObject({
    body: {
      data: [
        {
          name: 'Bug report',
          labels: ['bug'],
          fields: [{ id: 'what-happened', required: true }, {}, {}, {}],
        },
        { name: 'Idea', labels: ['feature'], fields: [{ id: 'problem' }, {}, {}] },
      ],
    },
  })
})

test('an issue is filed with the answers to a template', async () => {
  const { admin, robin, db } = await scene()
  const { body: template } = await admin.api.post(path, crash)
  const { id } = template as Shown

  const filed = await robin.api.post(`${home}/issues`, {
    title: 'Crash on start',
    template: id,
    labels: ['documentation'],
    answers: { what: 'Nothing.\n# Which system?\nNone', os: 'Linux' },
  })

  const description =
    '### What were you doing?\n\nNothing.\n\\# Which system?\nNone\n\n### Which system?\n\nLinux'
  expect(filed).toMatchObject({ status: 201, body: { description, labels: ['bug', 'documentation'] } })
  expect(await db.prisma.issue.findFirst({ select: { priority: true } })).toEqual({ priority: 'high' })
  expect(await robin.api.get(`${home}/issues/1/history`)).toMatchObject({
    body: {
      data: [
        { changes: { description: { after: description }, labels: { after: ['bug', 'documentation'] } } },
      ],
    },
  })
})

test('answers that do not fit their questions are refused by name, and nothing is filed', async () => {
  const { admin, robin, db } = await scene()
  const { id } = (await admin.api.post(path, crash)).body as Shown
  const file = (more: object) => robin.api.post(`${home}/issues`, { title: 'Crash on start', ...more })
  const pathsOf = async (more: object) => {
    const { status, body } = await file(more)
    return [status, (body as { errors: { path: string }[] }).errors.map((error) => error.path)]
  }

  expect(await pathsOf({ template: id })).toEqual([400, ['answers.what']])
  expect(await pathsOf({ template: id, answers: { os: 'Amiga', other: 'x' } })).toEqual([
    400,
    ['answers.what', 'answers.os', 'answers.other'],
  ])
  expect(await pathsOf({ template: id, answers: { what: 'a\0b' } })).toEqual([400, ['answers.what']])
  expect(await pathsOf({ template: id, answers: { what: 'a' }, description: 'b' })).toEqual([
    400,
    ['description'],
  ])
  expect(await pathsOf({ answers: { what: 'a' } })).toEqual([400, ['answers']])
  expect(await pathsOf({ template: robin.userId })).toEqual([400, ['template']])
  expect(await db.prisma.issue.count()).toBe(0)
})

test('a template of one workspace cannot be used, seen or changed in another', async () => {
  const { admin, robin } = await scene()
  const { id } = (await admin.api.post(path, crash)).body as Shown
  await robin.api.post('/api/v1/workspaces', { name: 'Moon base', slug: 'moon-base', key: 'MOON' })
  const moon = '/api/v1/workspaces/moon-base'

  expect(
    await robin.api.post(`${moon}/issues`, { title: 'Mine', template: id, answers: { what: 'a' } }),
  ).toEqual(problem('invalid', /no template/))
  expect(await robin.api.patch(`${moon}/templates/${id}`, { name: 'Mine' })).toEqual(problem('not_found'))
  expect(await robin.api.delete(`${moon}/templates/${id}`)).toEqual(problem('not_found'))
  expect(await admin.api.get(`${moon}/templates`)).toEqual(problem('not_found'))
})

test('a template is changed in part, and an echo changes nothing', async () => {
  const { admin, db } = await scene()
  const { body: made } = await admin.api.post(path, crash)
  const { id, ...words } = made as Shown

  expect(await admin.api.patch(`${path}/${id}`, { name: 'Crashes', labels: [] })).toMatchObject({
    status: 200,
    body: { ...words, name: 'Crashes', labels: [] },
  })
  const fields = [{ id: 'what', label: 'What?', kind: 'short', required: true, maxLength: 10 }]
  expect(await admin.api.patch(`${path}/${id}`, { fields })).toMatchObject({
    body: { name: 'Crashes', fields: [{ ...fields[0], placeholder: null }] },
  })
  const { body: now } = await admin.api.get(path)
  const { id: _, ...echo } = (now as { data: Shown[] }).data.at(-1) ?? { id: '' }
  expect(await admin.api.patch(`${path}/${id}`, echo)).toMatchObject({ status: 200 })

  const events = await db.prisma.event.findMany({ where: { subjectId: id }, orderBy: { id: 'asc' } })
  expect(events.map(({ type, changes }) => [type, changes])).toEqual([
    ['template.created', expect.objectContaining({ name: { before: null, after: 'Crash' } })],
    [
      'template.changed',
      { name: { before: 'Crash', after: 'Crashes' }, labels: { before: ['bug'], after: [] } },
    ],
    ['template.changed', { fields: { before: ['What were you doing?', 'Which system?'], after: ['What?'] } }],
  ])
})

test('two templates have two names, whatever their case', async () => {
  const { admin, listed } = await scene()
  const [, idea] = await listed()

  expect(await admin.api.post(path, { name: 'bug REPORT' })).toEqual(
    problem('conflict', /“bug REPORT” already/),
  )
  expect(await admin.api.patch(`${path}/${idea?.id}`, { name: 'BUG report' })).toEqual(problem('conflict'))
  expect(await admin.api.patch(`${path}/${idea?.id}`, { name: 'IDEA' })).toMatchObject({ status: 200 })
})

test('templates are put into an order, all of them', async () => {
  const { admin, listed } = await scene()
  await admin.api.post(path, crash)
  const ids = (await listed()).map(({ id }) => id)
  const turned = ids.toReversed()

  const ordered = await admin.api.put(`${path}/order`, { ids: turned })

  expect(ordered).toMatchObject({ status: 200, body: { data: turned.map((id) => ({ id })) } })
  expect((await listed()).map(({ id }) => id)).toEqual(turned)
  for (const wrong of [ids.slice(1), [...ids, ids[0]], [ids[0], ids[0], ids[1]], []])
    expect(await admin.api.put(`${path}/order`, { ids: wrong })).toEqual(
      problem('conflict', /every template/i),
    )
})

test('what was filed with a template that is deleted stays', async () => {
  const { admin, robin, listed } = await scene()
  const { id } = (await admin.api.post(path, crash)).body as Shown
  const issue = { title: 'Crash on start', template: id, answers: { what: 'Nothing.' } }
  await robin.api.post(`${home}/issues`, issue)

  expect(await admin.api.delete(`${path}/${id}`)).toMatchObject({ status: 204 })

  expect(await admin.api.delete(`${path}/${id}`)).toEqual(problem('not_found'))
  expect((await listed()).map(({ name }) => name)).toEqual(['Bug report', 'Idea'])
  expect(await robin.api.get(`${home}/issues/1`)).toMatchObject({ body: { labels: ['bug'] } })
  expect(await robin.api.post(`${home}/issues`, issue)).toEqual(problem('invalid', /no template/))
})

test('a template fits a form in Discord', async () => {
  const { admin, listed } = await scene()
  const question = { id: 'q', label: 'Why?', kind: 'short' }
  const refused = {
    'five questions': { fields: [1, 2, 3, 4, 5].map((n) => ({ ...question, id: `q${n}` })) },
    'two of one id': { fields: [question, question] },
    'an id of other signs': { fields: [{ ...question, id: '__proto__' }] },
    'a long question': { fields: [{ ...question, label: 'W'.repeat(46) }] },
    'a question of two lines': { fields: [{ ...question, label: 'Why?\n# Not' }] },
    'a choice of one': { fields: [{ ...question, kind: 'choice', options: ['Yes'] }] },
    'a choice of 26': {
      fields: [{ ...question, kind: 'choice', options: Array.from({ length: 26 }, String) }],
    },
    'a choice of two that are one': { fields: [{ ...question, kind: 'choice', options: ['Yes', 'Yes'] }] },
    'a text with options': { fields: [{ ...question, options: ['Yes', 'No'] }] },
    'a choice of a length': {
      fields: [{ ...question, kind: 'choice', options: ['Yes', 'No'], maxLength: 3 }],
    },
    'a longer answer than fits': { fields: [{ ...question, maxLength: 4_001 }] },
    'another kind': { fields: [{ ...question, kind: 'number' }] },
    'a long name': { name: 'N'.repeat(46) },
    'a label that is not there': { labels: ['unheard of'] },
    'a priority that is none': { priority: 'huge' },
  }
  for (const [what, change] of Object.entries(refused))
    expect(await admin.api.post(path, { name: 'New', ...change }), what).toEqual(problem('invalid'))
  expect(await listed()).toHaveLength(2)
})

test('a workspace has at most 25 templates', async () => {
  const { admin, listed } = await scene()
  for (let at = 3; at <= 25; at++)
    expect(await admin.api.post(path, { name: `Template ${at}` })).toMatchObject({ status: 201 })

  expect(await admin.api.post(path, { name: 'One more' })).toEqual(problem('conflict', /at most 25/))
  expect(await listed()).toHaveLength(25)
})
