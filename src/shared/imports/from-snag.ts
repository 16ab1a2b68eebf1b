import { AppError } from '../errors.ts'
import { ExportLine, HeaderLine, formatVersion } from '../exports/format.ts'
import { ExportSignature, installationName } from '../exports/signature.ts'
import { Fitting, colorFrom, nameFrom } from './fitting.ts'
import { linesOf, parseJson } from './pieces.ts'
import { TemplateRecord, ViewRecord, note } from './records.ts'
import type { ImportRecord, Origin, Read } from './records.ts'
import { namedIssues } from './references.ts'

const maxLineBytes = 1024 * 1024
/** Accounts elsewhere that somebody can prove to have. */
const provable = /^(clerk|discord|github):[\w-]{1,100}$/

/**
 * What a workspace was exported as. Throws `invalid` when it is none, is of another version, or was cut off. One that was
 * changed is read all the same; only its `exportedFrom` is null then.
 */
export async function* readSnag(
  body: AsyncIterable<Uint8Array>,
  secret: Uint8Array,
): AsyncGenerator<Read, Origin> {
  const signature = new ExportSignature(secret)
  const left = { attachments: 0, events: 0 }
  let header: HeaderLine | null = null
  let end: { isRight: boolean } | null = null

  for await (const { bytes, line } of linesOf(body, maxLineBytes)) {
    if (bytes.byteLength === 0) continue
    if (end !== null) throw new AppError('invalid', `Line ${line} comes after the end of the export.`)
    const json = parseJson(bytes, line)
    if (header === null) {
      header = headerFrom(json)
      signature.add(bytes)
      continue
    }
    const parsed = ExportLine.safeParse(json)
    if (!parsed.success) throw notALine(line, parsed.error.issues[0])
    const { data } = parsed
    if (data.kind === 'end') {
      end = { isRight: signature.isRight(data.signature) }
      continue
    }
    signature.add(bytes)
    if (data.kind === 'attachment') left.attachments += 1
    else if (data.kind === 'event') left.events += 1
    else yield* recordsOf(data, line)
  }
  if (header === null) throw notAnExport()
  if (end === null)
    throw new AppError('invalid', 'The export was cut off: its last line is missing. Export it again.')

  if (left.attachments > 0)
    yield note(
      'skipped',
      'attachments',
      `The files themselves of ${left.attachments} attachments are not in an export.`,
    )
  if (left.events > 0)
    yield note(
      'adjusted',
      'history',
      `The history (${left.events} entries) stays in the file: it tells of what was done there.`,
    )
  const { installation, workspace } = header
  return {
    source: `snag:${installation}/${workspace.id}`,
    exportedFrom: end.isRight && installation === installationName(secret) ? workspace.id : null,
    lastNumber: workspace.lastNumber,
  }
}

function headerFrom(json: unknown): HeaderLine {
  const header = HeaderLine.safeParse(json)
  if (!header.success) throw notAnExport()
  if (header.data.version === formatVersion) return header.data
  throw new AppError(
    'invalid',
    `This export is of version ${header.data.version}, and only version ${formatVersion} can be read here. Export it with a Snag of the same age.`,
  )
}

function notAnExport(): AppError {
  return new AppError('invalid', 'This is no export of a workspace: its first line does not say so.')
}

function notALine(line: number, issue: { path: PropertyKey[]; message: string } | undefined): AppError {
  const where = issue === undefined || issue.path.length === 0 ? '' : ` (${issue.path.map(String).join('.')})`
  return new AppError('invalid', `Line ${line} is not a line of an export${where}: ${issue?.message ?? ''}`)
}

/** The external id of an issue. */
const issueId = (number: number) => `#${number}`
const commentId = (id: string) => `comment/${id}`

function* recordsOf(
  line: Exclude<ExportLine, { kind: 'attachment' | 'event' | 'end' }>,
  at: number,
): Generator<Read> {
  const apart = { rank: at, parentId: null, refs: [] }
  switch (line.kind) {
    case 'snag':
      throw new AppError('invalid', `Line ${at} begins another export. Import one at a time.`)
    case 'user': {
      const { id, name, identity, placeholder } = line
      const record = {
        name: nameFrom(name),
        identity: identity !== null && provable.test(identity) ? identity : null,
        userId: placeholder ? null : id,
      }
      yield { ...apart, kind: 'person', externalId: id, record }
      return
    }
    case 'label': {
      const fit = new Fitting(`label ${line.name.slice(0, 60)}`)
      const name = fit.label(line.name)
      const record = {
        color: colorFrom(line.color),
        description: fit.wellFormed(line.description).slice(0, 200),
      }
      yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
      if (name !== null)
        yield { ...apart, kind: 'label', externalId: name.toLowerCase(), record: { name, ...record } }
      return
    }
    case 'template': {
      const { kind, ...rest } = line
      const record = TemplateRecord.safeParse(rest)
      const subject = `template ${line.name.slice(0, 60)}`
      if (record.success)
        yield { ...apart, kind, externalId: record.data.name.toLowerCase(), record: record.data }
      else yield note('skipped', subject, record.error.issues[0]?.message ?? '')
      return
    }
    case 'view': {
      const { kind, ...rest } = line
      const record = ViewRecord.safeParse(rest)
      const subject = `view ${line.name.slice(0, 60)}`
      if (record.success)
        yield { ...apart, kind, externalId: `${record.data.name}/${at}`, record: record.data }
      else yield note('skipped', subject, record.error.issues[0]?.message ?? '')
      return
    }
    case 'issue': {
      const { kind, number, title, description, labels, duplicateOf, ...rest } = line
      const fit = new Fitting(`issue ${issueId(number)}`)
      const words = fit.words(title, description)
      const record = {
        ...rest,
        ...words,
        labels: fit.labels(labels),
      }
      yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
      yield {
        kind,
        externalId: issueId(number),
        rank: number,
        parentId: null,
        refs: refsOf(words.description),
        record,
      }
      if (duplicateOf === null) return
      yield {
        ...apart,
        kind: 'original',
        externalId: issueId(number),
        parentId: issueId(number),
        record: { to: issueId(duplicateOf) },
      }
      return
    }
    case 'comment': {
      const { kind, id, issue, body, ...rest } = line
      const fit = new Fitting(`comment on ${issueId(issue)}`)
      const record = { ...rest, body: fit.comment(body) }
      yield* fit.notes.map((note): Read => ({ kind: 'note', note }))
      yield {
        kind,
        externalId: commentId(id),
        rank: issue,
        parentId: issueId(issue),
        refs: refsOf(record.body),
        record,
      }
      return
    }
    case 'vote':
      yield tie(line.kind, at, line.issue, {
        person: line.user,
        muted: false,
        comment: null,
        createdAt: line.createdAt,
      })
      return
    case 'subscription':
      yield tie(line.kind, at, line.issue, {
        person: line.user,
        muted: line.muted,
        comment: null,
        createdAt: line.createdAt,
      })
      return
    case 'mention': {
      const comment = line.comment === null ? null : commentId(line.comment)
      yield tie(line.kind, at, line.issue, { person: line.user, muted: false, comment, createdAt: longAgo })
      return
    }
    case 'reference': {
      const comment = line.comment === null ? null : commentId(line.comment)
      yield {
        ...apart,
        kind: 'reference',
        externalId: `${line.from}/${line.comment}/${line.to}`,
        parentId: issueId(line.from),
        record: { comment, to: issueId(line.to) },
      }
      return
    }
    default:
      line satisfies never
  }
}

/** A mention has no time of its own. */
const longAgo = new Date(0).toISOString()

function tie(
  kind: 'vote' | 'subscription' | 'mention',
  rank: number,
  issue: number,
  record: Extract<ImportRecord, { kind: 'vote' }>['record'],
): ImportRecord {
  const externalId = `${issue}/${record.comment}/${record.person}`
  return { kind, externalId, rank, parentId: issueId(issue), refs: [], record }
}

function refsOf(text: string): string[] {
  return namedIssues(text)
    .filter(({ repository }) => repository === null)
    .map(({ number }) => issueId(number))
}
