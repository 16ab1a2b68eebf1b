import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { LabelName } from '../labels/schema.ts'
import { Answers } from '../templates/schema.ts'
import { malformed, wellFormed } from '../markdown/schema.ts'
import { PageCursor, numberInAddress, pageLimit } from '../pages/schema.ts'

export const IssueStatus = z.enum(['backlog', 'todo', 'inprogress', 'done', 'canceled'])
export type IssueStatus = z.infer<typeof IssueStatus>

/** In ascending order. */
export const Priority = z.enum(['none', 'low', 'medium', 'high', 'urgent'])
export type Priority = z.infer<typeof Priority>

export const closedStatuses: ReadonlySet<IssueStatus> = new Set(['done', 'canceled'])

export const titleLimits = { min: 3, max: 100 } as const
export const descriptionLimit = 20_000
export const labelsPerIssue = 20

/** One line that fits the name of a Discord thread. Counted in UTF-16 units, as Discord and browsers do. */
export const Title = z
  .string()
  .refine(wellFormed, malformed)
  .overwrite((title) => title.replaceAll(/\s+/gu, ' ').trim())
  .min(titleLimits.min, `A title has at least ${titleLimits.min} characters.`)
  .max(titleLimits.max, `A title has at most ${titleLimits.max} characters.`)
  .refine(
    (title) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(title),
    'A title needs something to read: a letter, a digit or a sign.',
  )
  .meta({ example: 'Login loops on Safari' })

export const Description = z
  .string()
  .max(descriptionLimit, `A description has at most ${descriptionLimit.toLocaleString('en')} characters.`)
  .refine(wellFormed, malformed)
  .meta({ description: 'Markdown.', example: 'Since this morning, after the second redirect.' })

export const IssueNumber = numberInAddress(
  z.coerce
    .number('An issue is named by its number.')
    // Said first and alone: a number beyond 2^53 would be called not whole as well.
    .max(2_147_483_647, { error: 'There is no issue with so large a number.', abort: true })
    .int('An issue is named by its number, a whole one.')
    .min(1, 'Issue numbers begin at 1.'),
).meta({ description: 'Counted from 1 in each workspace.', example: 12 })

const Labels = z
  .array(LabelName)
  .max(labelsPerIssue, `An issue has at most ${labelsPerIssue} labels.`)
  .overwrite((names) => [...new Set(names)].sort())

export const Issue = z
  .object({
    number: z.int().min(1),
    reference: z
      .string()
      .meta({ description: 'The number with the key of its workspace.', example: 'SNAG-12' }),
    title: z.string(),
    description: z.string(),
    status: IssueStatus,
    priority: Priority,
    labels: z.array(z.string()),
    author: User,
    assignee: User.nullable(),
    duplicateOf: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: 'The number of the issue that this one repeats.' }),
    locked: z.boolean().meta({ description: 'Only triagers may comment on it and edit it.' }),
    hidden: z.boolean().meta({ description: 'Taken for spam, and shown to triagers only.' }),
    votes: z.int().min(0).meta({ description: 'How many said “me too”.' }),
    comments: z.int().min(0).meta({ description: 'How many comments everybody sees.' }),
    version: z
      .int()
      .min(1)
      .meta({ description: 'Counts changes; send it back as `If-Match` to change what you saw.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Issue' })
export type Issue = z.infer<typeof Issue>

const Marks = z
  .array(z.tuple([z.int().min(0), z.int().min(0)]))
  .meta({ description: 'Where matches begin and end, in UTF-16 units.' })

/** Where the words that were searched for stand. Places instead of tags: the texts stay texts. */
export const Highlights = z
  .object({
    title: Marks,
    description: Marks,
    comment: z
      .object({ text: z.string(), marks: Marks })
      .nullable()
      .meta({ description: 'Part of a comment, when neither title nor description has the words.' }),
  })
  .meta({ id: 'Highlights' })
export type Highlights = z.infer<typeof Highlights>

export const ListedIssue = Issue.extend({
  highlights: Highlights.optional().meta({ description: 'When words were searched for.' }),
}).meta({ id: 'ListedIssue' })
export type ListedIssue = z.infer<typeof ListedIssue>

export const IssuePage = z
  .object({ data: z.array(ListedIssue), nextCursor: z.string().nullable() })
  .meta({ id: 'IssuePage' })
export type IssuePage = z.infer<typeof IssuePage>

const Assignee = z
  .union([z.literal('me'), z.uuid('An assignee is a user id, or `me`.')])
  .nullable()
  .meta({ description: 'A user id, `me`, or null for nobody. Members can be assigned, and the author.' })

export const CreateIssue = z.strictObject({
  title: Title,
  description: Description.default(''),
  status: IssueStatus.default('backlog'),
  labels: Labels.default([]),
  template: z
    .uuid('A template is named by its id.')
    .optional()
    .meta({ description: 'The template whose questions are answered.' }),
  answers: Answers.optional(),
  priority: Priority.default('none'),
  assignee: Assignee.default(null),
})
export type CreateIssue = z.infer<typeof CreateIssue>

const IssueVersion = z.int().min(1)
/** The version a change was made for, or several of which any will do; without it, it is made to whatever is there. */
export const Version = z.union([IssueVersion, z.array(IssueVersion).min(1).max(100)]).optional()

export const IssueChange = z.strictObject({
  title: Title.optional(),
  description: Description.optional(),
  status: IssueStatus.optional(),
  labels: Labels.optional(),
  priority: Priority.optional(),
  assignee: Assignee.optional(),
  duplicateOf: z
    .int()
    .min(1)
    .max(2_147_483_647, 'There is no issue with so large a number.')
    .nullable()
    .optional()
    .meta({
      description:
        'The number of the issue that it repeats, which closes it and gives that one its votes and followers; null when it repeats none.',
    }),
  locked: z.boolean().optional().meta({ description: 'Whether only triagers write to it.' }),
  hidden: z.boolean().optional().meta({ description: 'Whether it is spam, and shown to triagers only.' }),
})
export type IssueChange = z.infer<typeof IssueChange>

export const ChangeIssue = IssueChange.extend({ number: IssueNumber, version: Version })
export type ChangeIssue = z.infer<typeof ChangeIssue>

export const IssueAtVersion = z.strictObject({ number: IssueNumber, version: Version })

export const pageSizes = { default: 25, max: 100 } as const

/** As `src/shared/query` understands it. */
export const QueryText = z
  .string()
  .max(1_000, 'A query has at most 1,000 characters.')
  .refine(wellFormed, malformed)
  .meta({
    description:
      'Words, "phrases" and qualifiers such as `is:open`, `label:bug`, `author:@me`, `priority:>=high`, `updated:<7d`, `sort:votes`; `-` excludes.',
    example: 'login loop is:open -label:docs sort:votes',
  })

export const ListIssues = z.strictObject({
  q: QueryText.optional(),
  status: IssueStatus.optional(),
  label: LabelName.optional(),
  author: z
    .union([z.literal('me'), z.uuid()], 'An author is a user id, or `me`.')
    .optional()
    .meta({ description: 'A user id, or `me`.' }),
  hidden: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Those that were hidden, in place of those that were not; triagers only.' }),
  limit: pageLimit(pageSizes),
  cursor: PageCursor.optional(),
})
export type ListIssues = z.infer<typeof ListIssues>

export const DeletedIssue = Issue.extend({ deletedAt: z.iso.datetime() }).meta({ id: 'DeletedIssue' })

export const DeletedIssuePage = z
  .object({ data: z.array(DeletedIssue), nextCursor: z.string().nullable() })
  .meta({ id: 'DeletedIssuePage' })

export const ListDeletedIssues = z.strictObject({
  author: z.literal('me').optional().meta({ description: '`me` for your own; all of them are for admins.' }),
  limit: pageLimit(pageSizes),
  cursor: PageCursor.optional(),
})

/** What somebody types to find an issue: the beginning of its number, or part of its title. */
export const SuggestIssues = z.strictObject({
  typed: z
    .string()
    .overwrite((typed) => typed.replaceAll('\0', '').toWellFormed().trim().slice(0, titleLimits.max)),
  closed: z.boolean().optional(),
})

export const IssueSuggestion = Issue.pick({ number: true, reference: true, title: true, status: true })
export type IssueSuggestion = z.infer<typeof IssueSuggestion>

export const SimilarIssue = IssueSuggestion.extend({
  score: z.number().min(0).max(1).meta({ description: 'How much they are alike; 1 is the same.' }),
}).meta({ id: 'SimilarIssue' })
export type SimilarIssue = z.infer<typeof SimilarIssue>

/** A page that can be turned both ways: the issues before or after a number. */
export const BrowseIssues = ListIssues.omit({ q: true, author: true, hidden: true, cursor: true }).extend({
  author: z
    .union([z.literal('me'), z.object({ discordId: z.string() })])
    .optional()
    .meta({ description: 'A person as Discord knows them, or `me`.' }),
  olderThan: IssueNumber.optional(),
  newerThan: IssueNumber.optional(),
})

export const BrowsedIssues = z.object({
  data: z.array(Issue),
  more: z.boolean().meta({ description: 'Whether there are more in the direction that was asked for.' }),
})

const inBulk = { most: 100 } as const

/** The same for each of many issues; labels can be added to those that each has, or taken from them. */
export const BulkChange = IssueChange.omit({ title: true, description: true })
  .extend({ addLabels: Labels.optional(), removeLabels: Labels.optional() })
  .refine(
    (change) => Object.values(change).some((value) => value !== undefined),
    'Say what to change, such as status or addLabels.',
  )
  .refine(
    ({ labels, addLabels, removeLabels }) =>
      labels === undefined || (addLabels === undefined && removeLabels === undefined),
    'Send either labels, or addLabels and removeLabels.',
  )
  .refine(
    ({ addLabels = [], removeLabels = [] }) => !addLabels.some((name) => removeLabels.includes(name)),
    'A label cannot be added and taken away at once.',
  )
export type BulkChange = z.infer<typeof BulkChange>

export const ChangeIssues = z.strictObject({
  numbers: z
    .array(IssueNumber)
    .min(1, 'Name at least one issue.')
    .max(inBulk.most, `At most ${inBulk.most} issues are changed at once.`)
    .refine((numbers) => new Set(numbers).size === numbers.length, 'Name each issue once.'),
  change: BulkChange,
})

export const BulkResult = z
  .object({
    number: z.int().min(1),
    status: z.enum(['changed', 'unchanged', 'refused']),
    problem: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .meta({ description: 'Why it was refused, as it would be told of this issue alone.' }),
  })
  .meta({ id: 'BulkResult' })
export type BulkResult = z.infer<typeof BulkResult>

export const BulkResults = z
  .object({ data: z.array(BulkResult).meta({ description: 'In the order in which the issues were named.' }) })
  .meta({ id: 'BulkResults' })
export type BulkResults = z.infer<typeof BulkResults>
