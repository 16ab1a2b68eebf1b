import { z } from 'zod'
import { AppError } from '../errors.ts'
import { Time } from '../exports/format.ts'
import type { IssueStatus } from '../issues/schema.ts'
import { Fitting, colorFrom, nameFrom } from './fitting.ts'
import { objectsOf, parseJson } from './pieces.ts'
import { note } from './records.ts'
import type { ImportRecord, Origin, Read } from './records.ts'
import { namedIssues } from './references.ts'

/** An issue with all its comments in it. */
const maxObjectBytes = 32 * 1024 * 1024

const GitHubUser = z.object({ id: z.int().min(0), login: z.string() })
type GitHubUser = z.infer<typeof GitHubUser>

const GitHubLabel = z.union([
  z.string().transform((name) => ({ name, color: null, description: null })),
  z.object({ name: z.string(), color: z.string().nullish(), description: z.string().nullish() }),
])

const GitHubComment = z.object({
  id: z.int().min(0),
  body: z.string().nullish(),
  user: GitHubUser.nullish(),
  created_at: Time,
  updated_at: Time.nullish(),
})
type GitHubComment = z.infer<typeof GitHubComment>

/** The parts of an issue that we read. Source: GitHub's REST API, “List repository issues”. */
const GitHubIssue = z.object({
  url: z.string(),
  number: z.int().min(1).max(2_147_483_647),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  state_reason: z.string().nullish(),
  labels: z.array(GitHubLabel).default([]),
  user: GitHubUser.nullish(),
  assignee: GitHubUser.nullish(),
  assignees: z.array(GitHubUser).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
  locked: z.boolean().default(false),
  pull_request: z.unknown().optional(),
  created_at: Time,
  updated_at: Time,
  closed_at: Time.nullish(),
  /** How many there are, or the comments themselves. */
  comments: z.union([z.int(), z.array(GitHubComment)]).default(0),
})
type GitHubIssue = z.infer<typeof GitHubIssue>

const SeparateComment = GitHubComment.extend({ issue_url: z.string() })

/** Where an issue is: `octo/app`, and the host if it is not GitHub's own. */
interface Place {
  repository: string
  host: string
  number: number
}

/**
 * Issues and comments of GitHub's REST API, as objects in arrays or one after another. Comments are those in an issue's
 * `comments`, or objects of their own with an `issue_url`. Throws `invalid` for anything else.
 */
export async function* readGitHub(body: AsyncIterable<Uint8Array>): AsyncGenerator<Read, Origin> {
  const seen = new Seen()
  let host: string | null = null
  for await (const { bytes, line } of objectsOf(body, maxObjectBytes)) {
    const json = parseJson(bytes, line)
    const comment = hasIssueUrl(json) ? parse(SeparateComment, json, line, 'a comment') : null
    const issue = comment === null ? parse(GitHubIssue, json, line, 'an issue') : null
    const place = placeOf(comment?.issue_url ?? issue?.url ?? '', line)
    host ??= place.host
    if (place.host !== host) {
      throw new AppError(
        'invalid',
        `Line ${line} is from ${place.host}, and what came before from ${host}. Import one at a time.`,
      )
    }
    if (comment !== null) yield* commentRecords(comment, place, seen)
    if (issue !== null) yield* issueRecords(issue, place, seen)
  }
  if (host === null) throw new AppError('invalid', 'There is no issue in this file.')
  return { source: host === 'github' ? 'github' : `github:${host}`, exportedFrom: null, lastNumber: null }
}

function hasIssueUrl(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'issue_url' in json && !('title' in json)
}

function parse<S extends z.ZodType>(schema: S, json: unknown, line: number, what: string): z.output<S> {
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.map(String).join('.')})`
  throw new AppError(
    'invalid',
    `The object in line ${line} is not ${what} as GitHub's REST API gives it${where}: ${issue?.message ?? ''}`,
  )
}

function placeOf(url: string, line: number): Place {
  const found = /^https?:\/\/([^/]+)\/(?:.*\/)?repos\/([\w.-]+\/[\w.-]+)\/(?:issues|pulls)\/(\d{1,9})$/.exec(
    url,
  )
  const [, host, repository, number] = found ?? []
  if (host === undefined || repository === undefined) {
    throw new AppError(
      'invalid',
      `The object in line ${line} does not say in its address which repository it is from.`,
    )
  }
  return {
    host: host === 'api.github.com' ? 'github' : host.slice(0, 100).toLowerCase(),
    repository: repository.toLowerCase(),
    number: Number(number),
  }
}

function statusOf({ state, state_reason }: GitHubIssue): IssueStatus {
  if (state === 'open') return 'backlog'
  return state_reason === 'not_planned' || state_reason === 'duplicate' ? 'canceled' : 'done'
}

function* issueRecords(issue: GitHubIssue, place: Place, seen: Seen): Generator<Read> {
  const externalId = `${place.repository}#${issue.number}`
  if (issue.pull_request != null) {
    yield note('skipped', `pull request ${externalId}`, 'Pull requests are not issues.')
    return
  }
  const fit = new Fitting(`issue ${externalId}`)
  const labels: string[] = []
  for (const label of issue.labels) {
    const name = fit.label(label.name)
    if (name === null) continue
    labels.push(name)
    const description = fit.wellFormed(label.description ?? '').slice(0, 200)
    const record = { name, color: colorFrom(label.color), description }
    if (seen.isNew(`label ${name}`)) yield { ...apart, kind: 'label', externalId: name.toLowerCase(), record }
  }
  yield* personRecords(issue.user, place, seen)
  const assignee = issue.assignee ?? issue.assignees?.[0]
  yield* personRecords(assignee, place, seen)
  if ((issue.assignees?.length ?? 0) > 1) fit.adjusted('It had several assignees; the first was kept.')
  if (issue.milestone != null)
    fit.adjusted(`Its milestone “${issue.milestone.title.slice(0, 60)}” is not kept.`)

  const words = fit.words(issue.title, issue.body ?? '')
  const refs = refsOf(words.description, place)
  yield {
    kind: 'issue',
    externalId,
    rank: issue.number,
    parentId: null,
    refs,
    record: {
      ...words,
      status: statusOf(issue),
      priority: 'none',
      author: personId(issue.user),
      assignee: assignee == null ? null : personId(assignee),
      labels: fit.labels(labels),
      locked: issue.locked,
      createdAt: issue.created_at,
      updatedAt: issue.updated_at,
      closedAt: issue.state === 'closed' ? (issue.closed_at ?? issue.updated_at) : null,
      hiddenAt: null,
    },
  }
  yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
  yield* referenceRecords(externalId, null, refs)
  if (typeof issue.comments === 'number') return
  for (const comment of issue.comments) yield* commentRecords(comment, place, seen)
}

function* commentRecords(comment: GitHubComment, place: Place, seen: Seen): Generator<Read> {
  const parentId = `${place.repository}#${place.number}`
  const externalId = `${place.repository}/comments/${comment.id}`
  const fit = new Fitting(`comment ${comment.id} on ${parentId}`)
  const body = fit.comment(comment.body ?? '')
  if (body.trim() === '') {
    yield note('skipped', `comment ${comment.id} on ${parentId}`, 'There is nothing in it.')
    return
  }
  yield* personRecords(comment.user, place, seen)
  const refs = refsOf(body, place)
  const updatedAt = comment.updated_at ?? comment.created_at
  yield {
    kind: 'comment',
    externalId,
    rank: place.number,
    parentId,
    refs,
    record: {
      body,
      author: personId(comment.user),
      createdAt: comment.created_at,
      editedAt: updatedAt === comment.created_at ? null : updatedAt,
      hiddenAt: null,
    },
  }
  yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
  yield* referenceRecords(parentId, externalId, refs)
}

const apart = { rank: 0, parentId: null, refs: [] }
/** Whose account was deleted: GitHub shows them like this. */
const ghost: GitHubUser = { id: 10_137, login: 'ghost' }

function personId(user: GitHubUser | null | undefined): string {
  return `user/${(user ?? ghost).id}`
}

function* personRecords(
  user: GitHubUser | null | undefined,
  { host }: Place,
  seen: Seen,
): Generator<ImportRecord> {
  if (!seen.isNew(personId(user))) return
  const { id, login } = user ?? ghost
  const record = { name: nameFrom(login), identity: `${host}:${id}`, userId: null }
  yield { ...apart, kind: 'person', externalId: personId(user), record }
}

function* referenceRecords(from: string, comment: string | null, refs: string[]): Generator<ImportRecord> {
  for (const to of refs) {
    if (to === from) continue
    const externalId = `${comment ?? from}/${to}`
    yield { ...apart, kind: 'reference', externalId, parentId: from, record: { comment, to } }
  }
}

function refsOf(text: string, { repository: home }: Place): string[] {
  return [...new Set(namedIssues(text).map(({ repository, number }) => `${repository ?? home}#${number}`))]
}

const remembered = 20_000

/** What has been given already, so that it is not given with every issue; what was forgotten is given twice, which does no harm. */
class Seen {
  readonly #names = new Set<string>()

  isNew(name: string): boolean {
    if (this.#names.has(name)) return false
    if (this.#names.size >= remembered) this.#names.clear()
    this.#names.add(name)
    return true
  }
}
