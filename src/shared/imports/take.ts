import sql from 'sql-template-tag'
import type { z } from 'zod'
import type { Context, Tracker } from '../context.ts'
import { AppError } from '../errors.ts'
import { parseInput } from '../input.ts'
import { installationSecret } from '../installation.ts'
import { authorize, may } from '../policy.ts'
import { getStanding } from '../read.ts'
import { readCsv } from './from-csv.ts'
import { readGitHub } from './from-github.ts'
import { readSnag } from './from-snag.ts'
import { assertImportQuota, startImport } from './operations.ts'
import type { Origin, Read } from './records.ts'
import { StartImport, maxFileBytes } from './schema.ts'
import type { Import, ImportFormat } from './schema.ts'
import { Staging } from './staging.ts'
import { provenIdentities } from '../placeholders/identities.ts'

/** Who is sending a file to this process now. */
const senders = new WeakMap<Tracker, Set<string>>()

/**
 * Reads a file as it comes in, and has it imported later, by a worker. The whole file is understood before anything in
 * the workspace changes; meanwhile what has been read waits in the database, where every worker finds it, and none of
 * it stays in memory. Throws `invalid` for what is not of the format, `too_large`, `too_many`.
 */
export async function takeImport(
  ctx: Context,
  input: z.infer<typeof StartImport>,
  body: AsyncIterable<Uint8Array>,
): Promise<Import> {
  const { tracker, caller } = ctx
  const { format } = parseInput(StartImport, input)
  // Whoever may not import is told so before the file is taken in; the operation at the end asks again.
  const { actor, workspace } = await getStanding(ctx)
  authorize(actor, ['workspace.import'])
  await assertImportQuota(tracker.db, actor.userId)
  const sending = senders.get(tracker) ?? new Set<string>()
  senders.set(tracker, sending)
  if (sending.has(caller.userId))
    throw new AppError('too_many', 'You are sending another file. Let it arrive first.', {
      retryAfterSeconds: 30,
    })
  sending.add(caller.userId)
  const importId = tracker.newId()
  const staging = new Staging(tracker.db, { workspaceId: workspace.id, importId })
  try {
    const identities = await provenIdentities(tracker, actor.userId)
    const origin = await stage(await readerOf(format, tracker, limited(body)), staging)
    const staged = await staging.end()
    return await startImport(ctx, {
      importId,
      format,
      source: origin.source,
      trusted: await isTrusted(ctx, origin),
      own: origin.exportedFrom === workspace.id,
      identities,
      sourceLastNumber: origin.lastNumber,
      ...staged,
    })
  } catch (error) {
    await staging.discard()
    throw error
  } finally {
    sending.delete(caller.userId)
  }
}

async function readerOf(
  format: ImportFormat,
  { db, clock }: Tracker,
  body: AsyncIterable<Uint8Array>,
): Promise<AsyncGenerator<Read, Origin>> {
  switch (format) {
    case 'snag':
      return readSnag(body, await installationSecret(db))
    case 'github':
      return readGitHub(body)
    case 'csv':
      return readCsv(body, clock())
    default:
      return format satisfies never
  }
}

async function stage(records: AsyncGenerator<Read, Origin>, staging: Staging): Promise<Origin> {
  for (;;) {
    const { done, value } = await records.next()
    if (done === true) return value
    await staging.add(value)
  }
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of body) {
    bytes += piece.byteLength
    if (bytes > maxFileBytes) {
      throw new AppError(
        'too_large',
        `A file to import has at most ${maxFileBytes / 1024 / 1024} MB. Import it in parts.`,
      )
    }
    yield piece
  }
}

/**
 * Whether people count as the authors of what the file says they wrote. That we signed it proves that it is what was here
 * once; that whoever brings it may export that workspace today, that nobody can put an old or leaked copy
 * of other people's words under their names somewhere else.
 */
async function isTrusted(ctx: Context, { exportedFrom }: Origin): Promise<boolean> {
  if (exportedFrom === null) return false
  const [from] = await ctx.tracker.db.query<{ slug: string }>(
    sql`select slug from workspaces where id = ${exportedFrom}::int`,
  )
  if (from === undefined) return false
  const { actor } = await getStanding({ ...ctx, place: { slug: from.slug } })
  return may(actor, 'workspace.export')
}
