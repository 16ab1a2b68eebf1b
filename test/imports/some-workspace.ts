import * as fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import type { Database } from '#shared/db/database.ts'
import { IssueStatus, Title } from '#shared/issues/schema.ts'
import { ExportedPriority } from '#shared/exports/format.ts'

const people = 4
const labels = ['bug', 'documentation', 'feature', 'größe', 'a label of two words'] as const

const time = fc.integer({ min: Date.UTC(1970, 1, 1), max: Date.UTC(2040, 1, 1) }).map((ms) => new Date(ms))
const person = fc.nat(people - 1)

/** Words as people write them, with what is easily broken on the way. */
const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(
        '#1',
        '#2',
        '`#3`',
        '\n',
        '\r\n',
        '"',
        '\\',
        '"}',
        ' ',
        '```\n#2\n```',
        '<b>',
        "'='",
        '🦊',
      ),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' ').replaceAll('\0', '').toWellFormed())

const title = words.map((text) => {
  const parsed = Title.safeParse(`A title ${text}`.slice(0, 90).toWellFormed())
  return parsed.success ? parsed.data : 'A title'
})

const comment = fc.record({
  body: words.map((text) => `So: ${text}`),
  author: person,
  createdAt: time,
  editedAt: fc.option(time),
  hiddenAt: fc.option(time, { freq: 5 }),
  isDeleted: fc.constantFrom(false, false, false, true),
  mentioned: fc.uniqueArray(person, { maxLength: 2 }),
})

const issue = fc.record({
  title,
  description: words,
  status: fc.constantFrom(...IssueStatus.options),
  priority: fc.constantFrom(...ExportedPriority.options),
  author: person,
  assignee: fc.option(person),
  labels: fc.subarray([...labels]),
  /** How many numbers before this one are not taken. */
  gap: fc.constantFrom(0, 0, 0, 1, 3),
  isDeleted: fc.constantFrom(false, false, false, false, true),
  /** An earlier issue, by its place. */
  originalAt: fc.option(fc.nat(4), { freq: 3 }),
  locked: fc.boolean(),
  createdAt: time,
  updatedAt: time,
  closedAt: fc.option(time),
  hiddenAt: fc.option(time, { freq: 6 }),
  votes: fc.uniqueArray(person),
  subscribers: fc.uniqueArray(fc.tuple(person, fc.boolean()), { selector: ([who]) => who }),
  comments: fc.array(comment, { maxLength: 4 }),
  /** Other issues that it names, by their places. */
  named: fc.uniqueArray(fc.nat(4), { maxLength: 2 }),
})

/** A workspace in our own terms: its issues in the order of their numbers. */
const view = fc.record({
  name: fc.constantFrom('Untriaged', 'Größe', 'Mine'),
  query: fc.constantFrom('is:open', 'label:bug sort:votes', ''),
  owner: person,
  shared: fc.boolean(),
  layout: fc.constantFrom('list', 'board'),
  groupBy: fc.constantFrom(null, 'status', 'label'),
  createdAt: time,
  updatedAt: time,
})

const template = fc.record({
  name: fc.constantFrom('Bug', 'Bug report', 'Idea', 'Größe'),
  description: fc.option(fc.constant('When something is broken')),
  titlePlaceholder: fc.option(fc.constant('What happens')),
  labels: fc.subarray([...labels]),
  priority: fc.constantFrom(...ExportedPriority.options),
})

export const someWorkspace = fc.record({
  views: fc.uniqueArray(view, { selector: ({ name }) => name }),
  templates: fc.uniqueArray(template, { selector: ({ name }) => name }),
  issues: fc.array(issue, { maxLength: 5 }),
  gapAtEnd: fc.nat(3),
})
type SomeWorkspace = typeof someWorkspace extends fc.Arbitrary<infer T> ? T : never

const nil = '00000000-0000-0000-0000-000000000000'

/** Writes it into a new workspace, past the operations: they could not make all that a file may say. */
export async function fillWorkspace(
  { prisma }: Database,
  workspaceId: number,
  userIds: readonly string[],
  { issues, gapAtEnd, views, templates }: SomeWorkspace,
): Promise<void> {
  const user = (at: number) => String(userIds[at % userIds.length])
  await prisma.label.createMany({
    data: labels.map((name, at) => ({
      workspaceId,
      id: uuidv7(),
      name,
      color: `#00000${at}`,
      description: `About ${name}`,
    })),
    skipDuplicates: true,
  })
  const ids = new Map(
    (await prisma.label.findMany({ where: { workspaceId } })).map(({ name, id }) => [name, id]),
  )
  await prisma.savedView.createMany({
    data: views.map(({ owner, ...view }) => ({ ...view, workspaceId, id: uuidv7(), ownerId: user(owner) })),
  })
  await prisma.template.deleteMany({
    where: { workspaceId, name: { in: templates.map(({ name }) => name) } },
  })
  await prisma.template.createMany({
    data: templates.map(({ labels: given, ...template }, at) => ({
      ...template,
      workspaceId,
      id: uuidv7(),
      position: 10 + at,
      labelIds: given.map((name) => String(ids.get(name))),
      fields: [
        { id: 'steps', kind: 'short', label: 'Steps', required: true, placeholder: null, maxLength: 100 },
      ],
    })),
  })
  let number = 0
  const numbered = issues.map((issue) => {
    number += 1 + issue.gap
    return { ...issue, number }
  })
  await prisma.workspace.update({ where: { id: workspaceId }, data: { lastIssueNumber: number + gapAtEnd } })
  for (const [at, issue] of numbered.entries()) {
    const {
      comments,
      votes,
      subscribers,
      named,
      originalAt,
      labels: worn,
      author,
      assignee,
      gap: _,
      ...columns
    } = issue
    const { isDeleted, ...rest } = columns
    const original = originalAt === null ? undefined : numbered[originalAt]
    await prisma.issue.create({
      data: {
        ...rest,
        workspaceId,
        authorId: user(author),
        assigneeId: assignee === null ? null : user(assignee),
        duplicateOf: original !== undefined && Number(originalAt) < at ? original.number : null,
        deletedAt: isDeleted ? issue.updatedAt : null,
        votes: votes.length,
        comments: comments.filter(({ hiddenAt, isDeleted }) => hiddenAt === null && !isDeleted).length,
      },
    })
    const inIssue = { workspaceId, issueNumber: issue.number }
    await prisma.issueLabel.createMany({
      data: worn.map((name) => ({ ...inIssue, labelId: String(ids.get(name)) })),
    })
    await prisma.vote.createMany({
      data: votes.map((who) => ({ ...inIssue, userId: user(who), createdAt: issue.updatedAt })),
    })
    await prisma.subscription.createMany({
      data: subscribers.map(([who, muted]) => ({
        ...inIssue,
        userId: user(who),
        muted,
        createdAt: issue.createdAt,
      })),
    })
    for (const [seq, { mentioned, author, isDeleted, ...words }] of comments
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .entries()) {
      const id = uuidv7({ msecs: words.createdAt.getTime(), seq })
      await prisma.comment.create({
        data: {
          ...words,
          ...inIssue,
          id,
          authorId: user(author),
          deletedAt: isDeleted ? words.createdAt : null,
        },
      })
      await prisma.mention.createMany({
        data: mentioned.map((who) => ({ ...inIssue, sourceId: id, userId: user(who) })),
      })
    }
    const references = named.flatMap((place) => {
      const to = numbered[place]
      return to === undefined || place >= at
        ? []
        : [{ workspaceId, fromNumber: issue.number, sourceId: nil, toNumber: to.number }]
    })
    await prisma.issueReference.createMany({ data: references })
  }
}
