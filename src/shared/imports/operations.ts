import sql from 'sql-template-tag'
import { z } from 'zod'
import type { Queryable } from '../db/transaction.ts'
import { AppError } from '../errors.ts'
import { operation } from '../operation.ts'
import { missingImport, presentImport } from './queries.ts'
import { Import, ImportFormat, OneImport } from './schema.ts'
import type { ImportState } from './schema.ts'
import { firstStep } from './steps.ts'

/** What one person may have waiting or under way, in all workspaces. */
const unfinishedPerPerson = 3

/** Throws `too_many` for somebody who has enough imports waiting. */
export async function assertImportQuota(db: Queryable, userId: string): Promise<void> {
  const unfinished = await db.query(sql`
    select 1 from imports where created_by_id = ${userId}::uuid and state in ('queued', 'running')`)
  if (unfinished.length < unfinishedPerPerson) return
  throw new AppError(
    'too_many',
    `You have ${unfinished.length} imports waiting or under way. Wait until one is done, or cancel one.`,
    { retryAfterSeconds: 60 },
  )
}

const ReadFile = z.strictObject({
  importId: z.uuid(),
  format: ImportFormat,
  source: z.string(),
  trusted: z.boolean(),
  own: z.boolean(),
  identities: z.array(z.string()),
  sourceLastNumber: z.int().nullable(),
  total: z.int(),
  skipped: z.int(),
  adjusted: z.int(),
})

/** Trusts its input: whoever calls it has just read the file, and put what is in it where the worker finds it. */
export const startImport = operation({
  name: 'startImport',
  summary: 'Import issues from a file',
  access: 'workspace.import',
  input: ReadFile,
  output: Import,
  async run({ tx, actor, workspace, now, input }) {
    // Under the caller's own lock, so that two at once cannot both be the last one.
    tx.send(sql`select 1 from users where id = ${actor.userId} for no key update`)
    await assertImportQuota(tx, actor.userId)
    const { importId, format } = input
    tx.send(sql`
      insert into imports (workspace_id, id, created_by_id, format, source, trusted, own, identities, source_last_number,
        state, step, total, skipped, adjusted, created_at)
      values (${workspace.id}, ${importId}, ${actor.userId}, ${format}::import_format, ${input.source},
        ${input.trusted}, ${input.own}, ${input.identities}, ${input.sourceLastNumber}, 'queued', ${firstStep},
        ${input.total}, ${input.skipped}, ${input.adjusted}, ${now})`)
    return {
      result: presentImport(tx, workspace.id, importId),
      event: {
        type: 'import.started',
        subjectId: importId,
        changes: { format: { before: null, after: format } },
      },
    }
  },
})

/** Stops an import; what it has brought by then stays. Throws `conflict` when it is over. */
export const cancelImport = operation({
  name: 'cancelImport',
  summary: 'Stop an import',
  access: 'workspace.import',
  input: OneImport,
  output: Import,
  async run({ tx, workspace, now, input: { importId } }) {
    const [found] = await tx.query<{ state: ImportState }>(sql`
      select state::text from imports where workspace_id = ${workspace.id} and id = ${importId}::uuid for no key update`)
    if (found === undefined) throw new AppError('not_found', missingImport)
    if (found.state !== 'queued' && found.state !== 'running')
      throw new AppError('conflict', `This import is over already: it is ${found.state}.`)
    tx.send(sql`
      update imports set state = 'cancelled', finished_at = ${now}
      where workspace_id = ${workspace.id} and id = ${importId}::uuid`)
    return {
      result: presentImport(tx, workspace.id, importId),
      event: {
        type: 'import.cancelled',
        subjectId: importId,
        changes: { state: { before: found.state, after: 'cancelled' } },
      },
    }
  },
})
