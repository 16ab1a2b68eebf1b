import { z } from 'zod'
import type { Context, Tracker } from '../context.ts'
import { AppError } from '../errors.ts'
import { installationSecret } from '../installation.ts'
import { operation } from '../operation.ts'
import { csvOf, csvRows } from './csv.ts'
import { formatVersion } from './format.ts'
import type { HeaderLine } from './format.ts'
import { exportedHeader, exportedLines } from './lines.ts'
import { paced } from './paced.ts'
import type { Pace } from './paced.ts'
import { inSnapshot } from './rows.ts'
import { ExportSignature, installationName } from './signature.ts'
import { ExportWorkspace } from './schema.ts'

/** Whoever reads slower than this is cut off: meanwhile PostgreSQL keeps everything that others replace or delete. */
export const exportPace: Pace = { totalMs: 15 * 60_000, stallMs: 30_000 }
/** Each holds a connection, of which other parts need some as well. */
const atOnce = 3
const chunkBytes = 64 * 1024

export interface WorkspaceExport {
  fileName: string
  contentType: 'application/jsonl' | 'text/csv'
  body: ReadableStream<Uint8Array>
}

/** Records who took everything out before anything is given. */
const recordExport = operation({
  name: 'exportWorkspace',
  summary: 'Export a workspace',
  access: 'workspace.export',
  input: ExportWorkspace,
  output: z.object({ workspaceId: z.int(), slug: z.string() }),
  run: async ({ workspace, input: { format } }) => ({
    result: { workspaceId: workspace.id, slug: workspace.slug },
    event: { type: 'workspace.exported', changes: { format: { before: null, after: format } } },
  }),
})

/** Who is reading an export of this process now. */
const readers = new WeakMap<Tracker, Set<string>>()

/**
 * Gives a workspace as a file, as it is at one moment, in constant memory and as fast as it is read. What was deleted is
 * not in it, nor are members, settings and connections: no file may give anybody a right. Throws `too_many`
 * when the caller, or too many others, are at it already.
 */
export async function exportWorkspace(
  ctx: Context,
  input: z.input<typeof ExportWorkspace>,
  pace: Pace = exportPace,
): Promise<WorkspaceExport> {
  const { tracker, caller } = ctx
  const { format } = ExportWorkspace.parse(input)
  const reading = readers.get(tracker) ?? new Set<string>()
  readers.set(tracker, reading)
  if (reading.has(caller.userId) || reading.size >= atOnce) {
    throw new AppError(
      'too_many',
      reading.has(caller.userId)
        ? 'You are reading another export. Let it end first.'
        : 'Others are reading exports. Try again in a minute.',
      { retryAfterSeconds: 30 },
    )
  }
  reading.add(caller.userId)
  try {
    const { workspaceId, slug } = await recordExport(ctx, { format })
    const chunks = format === 'csv' ? asCsv(tracker, workspaceId) : await asLines(tracker, workspaceId)
    return {
      fileName: `${slug}-${tracker.clock().toISOString().slice(0, 10)}.${format}`,
      contentType: format === 'csv' ? 'text/csv' : 'application/jsonl',
      body: paced(
        counted(chunks, () => reading.delete(caller.userId)),
        pace,
      ),
    }
  } catch (error) {
    reading.delete(caller.userId)
    throw error
  }
}

/** What the API says of it. */
export const exportDescription = {
  operationName: recordExport.operationName,
  summary: recordExport.summary,
  contentTypes: ['application/jsonl', 'text/csv'],
} as const

/** Calls `onEnd` when the chunks end or are left, even before the first. */
function counted(chunks: AsyncIterable<Uint8Array>, onEnd: () => void): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const result = await iterator.next()
          if (result.done === true) onEnd()
          return result
        } catch (error) {
          onEnd()
          throw error
        }
      },
      async return() {
        try {
          await iterator.return?.()
        } finally {
          onEnd()
        }
        return { done: true, value: undefined }
      },
    }),
  }
}

function asCsv({ db }: Tracker, workspaceId: number): AsyncIterable<Uint8Array> {
  return csvOf(inSnapshot(db, ({ rows }) => rows<(string | null)[]>(csvRows, [workspaceId])))
}

async function asLines({ db, clock }: Tracker, workspaceId: number): Promise<AsyncIterable<Uint8Array>> {
  const secret = await installationSecret(db)
  const signature = new ExportSignature(secret)

  const lines = inSnapshot(db, async function* ({ rows }) {
    let count = 0
    const signed = (line: string) => {
      count += 1
      signature.add(line)
      return line
    }
    for await (const [workspace] of rows<[HeaderLine['workspace']]>(exportedHeader, [workspaceId])) {
      const header: HeaderLine = {
        kind: 'snag',
        version: formatVersion,
        installation: installationName(secret),
        workspace,
        exportedAt: clock().toISOString(),
      }
      yield signed(JSON.stringify(header))
    }
    for (const statement of exportedLines) {
      for await (const [line] of rows<[string]>(statement, [workspaceId])) yield signed(line)
    }
    yield JSON.stringify({ kind: 'end', lines: count, signature: signature.digest() })
  })
  return inChunks(lines)
}

async function* inChunks(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let chunk: string[] = []
  let size = 0
  for await (const line of lines) {
    chunk.push(line, '\n')
    size += line.length + 1
    if (size < chunkBytes) continue
    yield Buffer.from(chunk.join(''))
    chunk = []
    size = 0
  }
  if (chunk.length > 0) yield Buffer.from(chunk.join(''))
}
