import { z } from 'zod'
import { User } from '../identity/schema.ts'
import { PageCursor, pageLimit } from '../pages/schema.ts'

/** The largest file that is taken in. */
export const maxFileBytes = 200 * 1024 * 1024

export const ImportFormat = z.enum(['snag', 'github', 'csv']).meta({
  description:
    '`snag`: what an export gave. `github`: issues and comments as GitHub’s REST API gives them, in arrays or one a line. `csv`: a table with a column `title`.',
})
export type ImportFormat = z.infer<typeof ImportFormat>

export const ImportState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled'])
export type ImportState = z.infer<typeof ImportState>

export const StartImport = z.strictObject({ format: ImportFormat })

export const ImportId = z.uuid('An import is named by its id.')
export const OneImport = z.strictObject({ importId: ImportId })

export const Import = z
  .object({
    id: z.uuid(),
    format: ImportFormat,
    state: ImportState,
    total: z.int().min(0).meta({ description: 'How many things the file holds.' }),
    handled: z.int().min(0).meta({ description: 'How many of them have been gone through.' }),
    issues: z.int().min(0).meta({ description: 'How many issues were added.' }),
    comments: z.int().min(0).meta({ description: 'How many comments were added.' }),
    skipped: z.int().min(0).meta({ description: 'How many things were left out; the notes say why.' }),
    adjusted: z.int().min(0).meta({ description: 'How many things had to be changed to fit.' }),
    trusted: z.boolean().meta({
      description:
        'Whether people count as the authors of what the file says they wrote: only in an unchanged export of this installation, brought by an admin of where it came from. Otherwise placeholders do.',
    }),
    failure: z.string().nullable().meta({ description: 'Why it failed, for a person to read.' }),
    createdBy: User,
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Import' })
export type Import = z.infer<typeof Import>

export const ListImports = z.strictObject({
  limit: pageLimit({ default: 25, max: 100 }),
  cursor: PageCursor.optional(),
})

export const ImportPage = z
  .object({ data: z.array(Import), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportPage' })

export const NoteKind = z.enum(['skipped', 'adjusted'])
export type NoteKind = z.infer<typeof NoteKind>

/** How many notes are kept of one import; the import counts them all. */
export const notesKept = 1_000

export const ImportNote = z
  .object({
    kind: NoteKind,
    subject: z.string().meta({ example: 'issue octo/app#12' }),
    reason: z.string(),
  })
  .meta({ id: 'ImportNote' })
export type ImportNote = z.infer<typeof ImportNote>

export const ListImportNotes = ListImports.extend({ importId: ImportId })

export const ImportNotePage = z
  .object({ data: z.array(ImportNote), nextCursor: z.string().nullable() })
  .meta({ id: 'ImportNotePage' })
