import sql from 'sql-template-tag'
import { z } from 'zod'
import { v7 as uuidv7 } from 'uuid'
import type { Tracker } from '../context.ts'
import { asRefusal, onceMoreIfContested } from '../db/failures.ts'
import { difference, recordEvent } from '../events/record.ts'
import type { RelayedEvent } from '../events/relay.ts'
import type { EventType } from '../events/schema.ts'
import type { Job, JobRequest } from '../jobs/job.ts'
import { job } from '../jobs/job.ts'
import { indexJob, indexRequest } from './indexing.ts'
import { notesKept } from './schema.ts'
import type { ImportState } from './schema.ts'
import { insertNotes } from './staging.ts'
import { doStep, stepAfter } from './steps.ts'
import type { Batch, Progress, Work } from './work.ts'

interface ImportKey {
  workspaceId: number
  importId: string
}

export interface Importer {
  jobs: Job[]
  /** The jobs that follow from an event. */
  follow: (event: RelayedEvent) => JobRequest[]
  /** Leaves what is under way after the batch it is at; another process takes it up from there. */
  stop(): Promise<void>
}

type Outcome = 'more' | 'over'

/** After each of these, what an import has brought stays. */
const ended = new Set<EventType>(['workspace.imported', 'import.cancelled', 'import.failed'])

/**
 * Works off the imports, one at a time in each process, the oldest of each workspace first. A batch and the place
 * after it are one transaction that holds the import's row: who finds it locked leaves it to whoever is at it, and when
 * that one is killed, the next look, at most a minute later, goes on after the last batch.
 */
export function createImporter(tracker: Tracker): Importer {
  const { db, clock, log } = tracker
  let working: Promise<void> | null = null
  const stopping = new AbortController()

  async function workOff(): Promise<void> {
    const done = new Set<string>()
    const failures: unknown[] = []
    while (!stopping.signal.aborted) {
      const next = (await listUnfinished(db)).find(({ importId }) => !done.has(importId))
      if (next === undefined) break
      done.add(next.importId)
      // What one of them has to wait for is told at the end: the others have their turn all the same.
      await workOn(next).catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }

  /** Works them off, unless that is under way. */
  async function workOffOnce(): Promise<void> {
    if (working !== null) return
    working = workOff()
    try {
      await working
    } finally {
      working = null
    }
  }

  async function workOn(key: ImportKey): Promise<void> {
    try {
      let outcome: Outcome = 'more'
      while (outcome === 'more' && !stopping.signal.aborted) {
        outcome = await onceMoreIfContested(() => advance(tracker, key))
      }
      tracker.relay.wake()
    } catch (error) {
      // Away for a moment: the job is tried again, and goes on where it was.
      if (asRefusal(error) !== null) throw error
      log.error({ err: error, importId: key.importId }, 'An import failed')
      await fail(tracker, key)
    }
  }

  const run = job({ name: 'imports.run', payload: z.unknown(), cron: '* * * * *', run: workOffOnce })
  const sweep = job({
    name: 'imports.sweep',
    payload: z.unknown(),
    cron: '41 * * * *',
    run: () => sweepRecords(db, clock()),
  })
  const index = indexJob(db)
  return {
    jobs: [run, sweep, index],
    follow(event) {
      if (event.type === 'import.started') return [run.request({}, { key: run.name })]
      return ended.has(event.type) ? [indexRequest(index, event)] : []
    },
    async stop() {
      stopping.abort()
      // How it ended is told to whoever asked for it.
      await working?.catch(() => {})
    },
  }
}

async function listUnfinished(db: Tracker['db']): Promise<ImportKey[]> {
  return db.query<ImportKey>(sql`
    select distinct on (workspace_id) workspace_id as "workspaceId", id as "importId" from imports
    where state in ('queued', 'running') order by workspace_id, id`)
}

/** Does one batch. It is over when the import is, or when somebody else is at it. */
async function advance(tracker: Tracker, key: ImportKey): Promise<Outcome> {
  return tracker.db.transaction(async (tx) => {
    const [work] = await tx.query<Work>(sql`
      select workspace_id as "workspaceId", id as "importId", format::text, source, trusted, own, identities,
        created_by_id as "createdById", step, after_rank as "afterRank", after_ordinal as "afterOrdinal",
        first_number as "firstNumber", next_number as "nextNumber", keeps_numbers as "keepsNumbers",
        source_last_number as "sourceLastNumber", skipped + adjusted as noted
      from imports
      where workspace_id = ${key.workspaceId} and id = ${key.importId}::uuid and state in ('queued', 'running')
      for no key update skip locked`)
    if (work === undefined) return 'over'
    const batch: Batch = { tx, work, tracker, now: tracker.clock() }
    const progress = await doStep(batch)
    return keep(batch, progress)
  })
}

/** Writes down how far it is; at the end, what happened. */
async function keep({ tx, work, tracker, now }: Batch, progress: Progress): Promise<Outcome> {
  const { after, handled = 0, issues = 0, comments = 0, notes = [], numbers } = progress
  const room = Math.max(0, notesKept - work.noted)
  if (notes.length > 0 && room > 0)
    tx.send(insertNotes(work.workspaceId, work.importId, notes.slice(0, room)))
  const step = after === null ? stepAfter(work.step) : work.step
  const reserved = numbers !== undefined && 'first' in numbers ? numbers : null
  const kept = tx.query<{ issues: number; comments: number; skipped: number }>(sql`
    update imports set state = ${step === null ? 'done' : 'running'}::import_state,
      started_at = coalesce(started_at, ${now}), finished_at = ${step === null ? now : null}::timestamptz,
      step = ${step ?? work.step}, after_rank = ${after?.rank ?? '0'}::bigint,
      after_ordinal = ${after?.ordinal ?? 0}::int, handled = handled + ${handled}::int,
      issues = issues + ${issues}::int, comments = comments + ${comments}::int,
      skipped = skipped + ${notes.filter(({ kind }) => kind === 'skipped').length}::int,
      adjusted = adjusted + ${notes.filter(({ kind }) => kind === 'adjusted').length}::int,
      first_number = ${reserved?.first ?? work.firstNumber}::int,
      next_number = ${numbers?.next ?? work.nextNumber}::int,
      keeps_numbers = ${reserved?.keeps ?? work.keepsNumbers}::boolean
    where workspace_id = ${work.workspaceId} and id = ${work.importId}::uuid
    returning issues, comments, skipped`)
  if (step !== null) {
    // A batch that is lost with the machine is lost whole, and done again: the disk need not be waited for.
    tx.send(sql`set local synchronous_commit = off`)
    return 'more'
  }
  const [counts] = await kept
  recordEvent(
    { tx, tracker, actor: { userId: work.createdById, door: 'job' }, workspace: null, now },
    {
      type: 'workspace.imported',
      workspaceId: work.workspaceId,
      subjectId: work.importId,
      changes: difference({}, { importId: work.importId, format: work.format, ...counts }),
    },
  )
  return 'over'
}

async function fail(tracker: Tracker, key: ImportKey): Promise<void> {
  const failure = `Something broke on our side. What was imported by then is here; import the same file again to go on. If it happens again, tell us this number: ${key.importId}`
  const now = tracker.clock()
  await tracker.db.transaction(async (tx) => {
    const [failed] = await tx.query<{ userId: string; before: ImportState }>(sql`
      update imports m set state = 'failed', failure = ${failure}, finished_at = ${now}
      from (select state from imports where workspace_id = ${key.workspaceId} and id = ${key.importId}::uuid for update) before
      where m.workspace_id = ${key.workspaceId} and m.id = ${key.importId}::uuid and m.state in ('queued', 'running')
      returning m.created_by_id as "userId", before.state::text as before`)
    if (failed === undefined) return
    recordEvent(
      { tx, tracker, actor: { userId: failed.userId, door: 'job' }, workspace: null, now },
      {
        type: 'import.failed',
        workspaceId: key.workspaceId,
        subjectId: key.importId,
        changes: { state: { before: failed.before, after: 'failed' } },
      },
    )
  })
}

/** How long after its beginning an upload is over in any case. */
const uploadMs = 3_600_000

/** Removes what still waits for imports that are over, or that never came to be because their upload broke off. */
async function sweepRecords(db: Tracker['db'], now: Date): Promise<void> {
  const before = uuidv7({ msecs: now.getTime() - uploadMs, seq: 0, random: new Uint8Array(16) })
  for (const table of ['import_records', 'import_notes'] as const) {
    // From one import to the next by the index, without going through the records of each.
    const found = await db.query<ImportKey>({
      text: `with recursive found as (
          (select workspace_id, import_id from ${table} order by 1, 2 limit 1)
          union all
          select next.workspace_id, next.import_id from found cross join lateral (
            select workspace_id, import_id from ${table}
            where (workspace_id, import_id) > (found.workspace_id, found.import_id) order by 1, 2 limit 1) next)
        select found.workspace_id as "workspaceId", found.import_id as "importId" from found
        left join imports m on m.workspace_id = found.workspace_id and m.id = found.import_id
        where m.id is null and found.import_id < $1::uuid
          or $2 and m.state in ('done', 'failed', 'cancelled')`,
      values: [before, table === 'import_records'],
    })
    for (const { workspaceId, importId } of found) {
      await db.query({
        text: `delete from ${table} where workspace_id = $1 and import_id = $2::uuid`,
        values: [workspaceId, importId],
      })
    }
  }
}
