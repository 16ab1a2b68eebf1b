import { expect } from 'vitest'
import { createImporter } from '#shared/imports/importer.ts'
import { Import } from '#shared/imports/schema.ts'
import type { ImportFormat } from '#shared/imports/schema.ts'
import type { Tracker } from '#shared/context.ts'
import type { Person, World } from '#test/world.ts'

/** Does what the worker does when an import has been started: all of it, or what a process does until it is stopped. */
export async function workOff(tracker: Tracker): Promise<void> {
  const run = createImporter(tracker).jobs.find(({ name }) => name === 'imports.run')
  await run?.run({})
}

/** Does what the worker does once an hour. */
export async function sweep(tracker: Tracker): Promise<void> {
  const job = createImporter(tracker).jobs.find(({ name }) => name === 'imports.sweep')
  await job?.run({})
}

/** A workspace of its own with this person as admin; gives its address. */
export async function workspaceOf({ api }: Person, slug: string): Promise<string> {
  const { status } = await api.post('/api/v1/workspaces', {
    name: slug,
    slug,
    key: slug
      .toUpperCase()
      .replaceAll(/[^A-Z]/g, '')
      .slice(0, 6),
  })
  expect(status).toBe(201)
  return `/api/v1/workspaces/${slug}`
}

/** Sends a file, and has it worked off. */
export async function importInto(
  { tracker }: World,
  { api }: Person,
  path: string,
  format: ImportFormat,
  file: string | Uint8Array,
): Promise<Import> {
  const sent = await send({ api }, path, format, file)
  expect(sent.body, 'the file is taken').not.toHaveProperty('detail')
  await workOff(tracker)
  const { body } = await api.get(String(sent.headers.get('location')))
  return Import.parse(body)
}

export function send(
  { api }: Pick<Person, 'api'>,
  path: string,
  format: ImportFormat,
  file: string | Uint8Array,
) {
  return api.send('POST', `${path}/imports?format=${format}`, file, {
    'content-type': 'application/octet-stream',
  })
}

/** The export of a workspace, line by line. */
export async function exportOf({ api }: Person, path: string): Promise<string> {
  const { status, body } = await api.get(`${path}/export`)
  expect(status).toBe(200)
  return String(body)
}

export interface ExportedLine {
  kind: string
  [field: string]: unknown
}

export function linesOf(file: string): ExportedLine[] {
  return file
    .trimEnd()
    .split('\n')
    .map((line): ExportedLine => JSON.parse(line))
}

/** The notes of an import, as texts. */
export async function notesOf({ api }: Person, path: string, { id }: Import): Promise<string[]> {
  const { body } = await api.get(`${path}/imports/${id}/notes?limit=100`)
  const { data } = body as { data: { kind: string; subject: string; reason: string }[] } // checked against its schema
  return data.map(({ kind, subject, reason }) => `${kind} ${subject}: ${reason}`)
}
