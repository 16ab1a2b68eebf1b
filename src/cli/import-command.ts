import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Import, ImportFormat, ImportNotePage, ImportPage } from '#shared/imports/schema.ts'
import { CommandError, exitCodes, parse } from './api.ts'
import type { Api } from './api.ts'
import { showProgress } from './progress.ts'
import type { Terminal } from './progress.ts'

export interface ImportOptions {
  workspace: string
  format?: ImportFormat
  watch: boolean
}

interface Surroundings {
  api: Api
  terminal: Terminal
  stdin: Readable
}

const lookEachMs = 500
const notesShown = 20
const notBelieved =
  'People in it are not believed, but for yourself: who wrote what stands as “(imported)”. They are believed only in an unchanged export of this Snag, brought by an admin of the workspace it came from.\n'

/** Sends a file (`-` is what comes through a pipe), and unless told otherwise stays until it has been imported. */
export async function importFile(
  file: string,
  { workspace, format, watch }: ImportOptions,
  { api, terminal, stdin }: Surroundings,
): Promise<void> {
  const path = `/workspaces/${encodeURIComponent(workspace)}/imports`
  const address = `${path}?format=${format ?? formatOf(file)}`
  // Asks for the same rights as the import: whoever lacks them is told so before a large file is sent.
  await api.get(`${path}?limit=1`, ImportPage)
  const sending = showProgress(terminal, 'Sending')
  const body = file === '-' ? stdin : await opened(file, (sent, total) => sending.at(sent, total))
  let started: Import
  try {
    // Node's own stream is the web's one, which their types do not say.
    const stream = Readable.toWeb(body) as ReadableStream<Uint8Array>
    started = await parse(await api.send('POST', address, stream), Import)
  } finally {
    sending.stop()
    body.destroy()
  }
  terminal.write(`The file holds ${count(started.total, 'thing')}. The import is ${started.id}.\n`)
  if (started.format === 'snag' && !started.trusted) terminal.write(notBelieved)
  if (!watch) return
  const done = await watched(api, `${path}/${started.id}`, terminal)
  terminal.write(summaryOf(done))
  if (done.skipped + done.adjusted > 0) terminal.write(await notesOf(api, `${path}/${done.id}`))
  if (done.state === 'done') return
  throw new CommandError(done.failure ?? `The import was ${done.state}.`, exitCodes.failed)
}

function formatOf(file: string): ImportFormat {
  const byEnding: Record<string, ImportFormat> = { '.jsonl': 'snag', '.json': 'github', '.csv': 'csv' }
  const format = byEnding[extname(file).toLowerCase()]
  if (format !== undefined) return format
  throw new CommandError(
    `Say what the file is: --format ${ImportFormat.options.join(', ')}.`,
    exitCodes.usage,
  )
}

async function opened(file: string, onPiece: (sent: number, total: number) => void): Promise<Readable> {
  const size = await sizeOf(file)
  let sent = 0
  return createReadStream(file).on('data', (piece) => {
    sent += piece.length
    onPiece(sent, size)
  })
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null)
  if (found?.isFile() === true) return found.size
  throw new CommandError(`There is no file “${file}”.`, exitCodes.usage)
}

async function watched(api: Api, path: string, terminal: Terminal): Promise<Import> {
  const progress = showProgress(terminal, 'Importing')
  try {
    for (;;) {
      const now = await api.get(path, Import)
      progress.at(now.handled, now.total)
      if (now.state !== 'queued' && now.state !== 'running') return now
      await pause(lookEachMs)
    }
  } finally {
    progress.stop()
  }
}

function summaryOf({ state, issues, comments, skipped, adjusted }: Import): string {
  const what = state === 'done' ? 'Imported' : 'Imported before it ended'
  return `${what}: ${count(issues, 'issue')}, ${count(comments, 'comment')}. Left out: ${skipped}. Changed to fit: ${adjusted}.\n`
}

async function notesOf(api: Api, path: string): Promise<string> {
  const { data, nextCursor } = await api.get(`${path}/notes?limit=${notesShown}`, ImportNotePage)
  const lines = data.map(({ kind, subject, reason }) => `  ${kind} ${subject}: ${reason}\n`)
  return lines.join('') + (nextCursor === null ? '' : `  … and more: GET /api/v1${path}/notes\n`)
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}
