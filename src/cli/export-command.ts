import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { CommandError, exitCodes } from './api.ts'
import type { Api } from './api.ts'
import type { Terminal } from './progress.ts'

export interface ExportOptions {
  workspace: string
  format: 'jsonl' | 'csv'
  output?: string
}

interface Surroundings {
  api: Api
  terminal: Terminal
  stdout: Writable
}

/** Writes a workspace to a file, which has its name only when it is whole, or into a pipe. */
export async function exportToFile(
  { workspace, format, output }: ExportOptions,
  { api, terminal, stdout }: Surroundings,
): Promise<void> {
  const response = await api.send(
    'GET',
    `/workspaces/${encodeURIComponent(workspace)}/export?format=${format}`,
  )
  const { body } = response
  if (body === null) throw brokenOff()
  // A table on a screen is no use to anybody.
  const file = output ?? (terminal.bar === null ? null : fileNameIn(response))
  if (file === null) {
    // Standard output is not ours to close.
    await poured(body, Writable.toWeb(stdout), { preventClose: true })
    return
  }
  const part = `${file}.part`
  try {
    await poured(body, Writable.toWeb(createWriteStream(part)))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  terminal.write(`Wrote ${file}.\n`)
}

async function poured(
  from: ReadableStream<Uint8Array>,
  to: WritableStream,
  options: { preventClose?: boolean } = {},
): Promise<void> {
  let isReading = true
  const watched = from.pipeThrough(new TransformStream({ flush: () => void (isReading = false) }))
  try {
    await watched.pipeTo(to, options)
  } catch (error) {
    if (isNodeError(error))
      throw new CommandError(`It cannot be written: ${error.message}.`, exitCodes.failed)
    throw isReading ? brokenOff() : error
  }
}

function isNodeError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall !== 'read'
}

function brokenOff(): CommandError {
  return new CommandError('The export broke off before its end. Try again.', exitCodes.unreachable)
}

/** The name that the API gives the file, without any way to another folder. */
function fileNameIn(response: Response): string {
  const name = /filename="([\w.-]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return name ?? 'export'
}
