import { createHash } from 'node:crypto'
import { Readable, pipeline } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { ExportedPriority } from '../exports/format.ts'
import { IssueStatus, closedStatuses } from '../issues/schema.ts'
import { Fitting, colorFrom, nameFrom } from './fitting.ts'
import { note } from './records.ts'
import type { Origin, Read } from './records.ts'

const maxRowBytes = 1024 * 1024

/** Other names of the columns that we know. */
const aliases: Record<string, string> = {
  summary: 'title',
  name: 'title',
  body: 'description',
  text: 'description',
  state: 'status',
  label: 'labels',
  tags: 'labels',
  reporter: 'author',
  'created at': 'created',
  created_at: 'created',
  createdat: 'created',
  date: 'created',
}

/** What trackers call their statuses, without spaces and signs. */
const statuses: Record<string, IssueStatus> = {
  backlog: 'backlog',
  open: 'backlog',
  new: 'backlog',
  todo: 'todo',
  inprogress: 'inprogress',
  started: 'inprogress',
  doing: 'inprogress',
  done: 'done',
  closed: 'done',
  fixed: 'done',
  resolved: 'done',
  completed: 'done',
  canceled: 'canceled',
  cancelled: 'canceled',
  wontfix: 'canceled',
  rejected: 'canceled',
}

interface CsvRow {
  record: Record<string, string>
  info: { lines: number }
}

/**
 * A table whose first line names its columns: `title`, and any of `description`, `status`, `labels`, `priority`, `author` and
 * `created`; others are passed over. Throws `invalid` where it is not one. The same row twice is one issue.
 */
export async function* readCsv(body: AsyncIterable<Uint8Array>, now: Date): AsyncGenerator<Read, Origin> {
  const parser = parse({
    bom: true,
    info: true,
    columns: columnsFrom,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: maxRowBytes,
  })
  // What goes wrong with the body is thrown by the loop below.
  pipeline(Readable.from(body), parser, () => {})
  const labels = new Set<string>()
  let rank = 0
  try {
    for await (const row of parser) {
      const { record, info } = row as CsvRow // as `columns` and `info` have it
      rank += 1
      yield* issueRecords(record, { rank, line: info.lines, now, labels })
    }
  } catch (error) {
    throw error instanceof CsvError ? refused(error) : error
  }
  if (rank === 0)
    throw new AppError('invalid', 'There is no row under the names of the columns in this file.')
  return { source: 'csv', exportedFrom: null, lastNumber: null }
}

function columnsFrom(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase()).map((name) => aliases[name] ?? name)
  if (names.includes('title')) return names
  const given = header.map((name) => `“${name.slice(0, 40)}”`).slice(0, 20)
  throw new AppError(
    'invalid',
    `The first line has to name the columns, one of them “title”. It names ${new Intl.ListFormat('en').format(given)}.`,
  )
}

function refused(error: CsvError): AppError {
  const { lines } = error
  const at = typeof lines === 'number' ? ` around line ${lines}` : ''
  return new AppError('invalid', `This is not CSV${at}: ${error.message}`)
}

interface Row {
  rank: number
  line: number
  now: Date
  /** Those that have been given. */
  labels: Set<string>
}

function* issueRecords(raw: Record<string, string>, { rank, line, now, labels }: Row): Generator<Read> {
  const field = (name: string) => unescaped(raw[name] ?? '')
  const subject = `row in line ${line}`
  const fit = new Fitting(subject)
  const [rawTitle, rawDescription, author, created] = ['title', 'description', 'author', 'created'].map(
    field,
  ) as [string, string, string, string] // four in, four out
  if (rawTitle.trim() === '' && rawDescription.trim() === '') {
    yield note('skipped', subject, 'It has neither a title nor a description.')
    return
  }
  const names = fit.labels(
    field('labels')
      .split(/[,;]/)
      .filter((name) => name.trim() !== ''),
  )
  for (const name of names.filter((name) => !labels.has(name))) {
    labels.add(name)
    const record = { name, color: colorFrom(null), description: '' }
    yield { kind: 'label', externalId: name.toLowerCase(), rank, parentId: null, refs: [], record }
  }
  const name = author.trim() === '' ? null : nameFrom(author)
  if (name !== null) {
    const record = { name, identity: null, userId: null }
    yield { kind: 'person', externalId: personId(name), rank, parentId: null, refs: [], record }
  }
  const status = statusFrom(field('status'), fit)
  const createdAt = timeFrom(created, fit) ?? now.toISOString()
  yield {
    kind: 'issue',
    externalId: digestOf([rawTitle, rawDescription, author, created]),
    rank,
    parentId: null,
    refs: [],
    record: {
      toldAs: subject,
      ...fit.words(rawTitle, rawDescription),
      status,
      priority: priorityFrom(field('priority'), fit),
      author: name === null ? null : personId(name),
      assignee: null,
      labels: names,
      locked: false,
      createdAt,
      updatedAt: createdAt,
      closedAt: closedStatuses.has(status) ? (timeFrom(field('closed'), fit) ?? createdAt) : null,
      hiddenAt: null,
    },
  }
  yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
}

/** Takes away the apostrophe that keeps a spreadsheet from calculating. */
function unescaped(value: string): string {
  return value.replace(/^'(?=[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/u, '')
}

function statusFrom(raw: string, fit: Fitting): IssueStatus {
  const word = raw.toLowerCase().replaceAll(/[^a-z]/g, '')
  const status = statuses[word]
  if (status !== undefined) return status
  if (raw.trim() !== '') fit.adjusted(`The status “${raw.slice(0, 40)}” is not known: it became backlog.`)
  return 'backlog'
}

function priorityFrom(raw: string, fit: Fitting): z.infer<typeof ExportedPriority> {
  const priority = ExportedPriority.safeParse(raw.trim().toLowerCase())
  if (priority.success) return priority.data
  if (raw.trim() !== '') fit.adjusted(`The priority “${raw.slice(0, 40)}” is not known: it became none.`)
  return 'none'
}

function timeFrom(raw: string, fit: Fitting): string | null {
  if (raw.trim() === '') return null
  const time = new Date(raw.trim())
  const year = time.getUTCFullYear()
  if (year >= 1970 && year < 10_000) return time.toISOString()
  fit.adjusted(`The time “${raw.slice(0, 40)}” could not be read.`)
  return null
}

/** An external id: people in a table have nothing but a name. */
function personId(name: string): string {
  return `name/${digestOf([name])}`
}

/** What makes a row the same row in another file: nothing else names it. */
function digestOf(parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
