import { z } from 'zod'
import type { Tracker } from '../context.ts'
import type { StoredFile } from '../files/store.ts'
import { job } from '../jobs/job.ts'

const batchSize = 500
/** A file is written before its row: what is new may still be waiting for it. */
const settledMs = 86_400_000

/** Removes the files that no attachment refers to any more, such as those of issues that were purged before. */
export function orphansJob({ db, files, clock, log }: Pick<Tracker, 'db' | 'files' | 'clock' | 'log'>) {
  return job({
    name: 'attachments.orphans',
    payload: z.unknown(),
    cron: '47 3 * * *',
    async run() {
      let removed = 0
      for await (const batch of batches(files.store.list())) {
        for (const file of await withoutRow(batch)) {
          if ((await file.modifiedAt()).getTime() > clock().getTime() - settledMs) continue
          await files.store.remove(file.key)
          removed += 1
        }
      }
      if (removed > 0) log.info({ files: removed }, 'Removed files that belonged to nothing')
    },
  })

  async function withoutRow(batch: readonly StoredFile[]): Promise<StoredFile[]> {
    const { rows } = await db.pool.query<{ key: string }>({
      text: `select a.storage_key as key from unnest($1::int[], $2::text[]) stored (workspace_id, key)
        join attachments a on a.workspace_id = stored.workspace_id and a.storage_key = stored.key`,
      values: [batch.map(({ key }) => workspaceIdIn(key)), batch.map(({ key }) => key)],
    })
    const known = new Set(rows.map(({ key }) => key))
    return batch.filter(({ key }) => !known.has(key))
  }
}

/** A key begins with the id of its workspace; what is not of ours belongs to none. */
function workspaceIdIn(key: string): number | null {
  const digits = /^(\d{1,9})\//.exec(key)?.[1]
  return digits === undefined ? null : Number(digits)
}

async function* batches<T>(all: AsyncIterable<T>): AsyncIterable<T[]> {
  let batch: T[] = []
  for await (const one of all) {
    batch.push(one)
    if (batch.length < batchSize) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
