import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { startPostgres } from '#local/postgres/start-postgres.ts'
import { openDatabase } from '#shared/db/database.ts'
import { applyMigrations } from '#shared/db/migrations.ts'
import { insertWorkspace } from '#shared/workspaces/operations.ts'
import { homeSlug } from '#shared/workspaces/schema.ts'
import { fillDatabase } from './data.ts'
import type { DataSize } from './data.ts'
import { fillSearch } from './search-rows.ts'

export interface BenchDatabase extends AsyncDisposable {
  url: string
  /** People with Clerk accounts. */
  clerkIds: string[]
  /** One of them, who is an admin of *home*. */
  adminClerkId: string
  /** Another of them, by our own id. */
  authorId: string
  /** Where the API may keep files. */
  dataDir: string
  /** Where PostgreSQL writes its log. */
  logFile: string
}

/** A PostgreSQL of its own, safe against crashes as in production, with one workspace full of issues. */
export async function openBenchDatabase(size: DataSize): Promise<BenchDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'snag-bench-'))
  // Run as root, PostgreSQL becomes another user, who has to pass here.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ dataDir: folder })
  const { url } = postgres
  await applyMigrations({ url, dir: join(import.meta.dirname, '../prisma/migrations') })
  const workspaceId = await foundHome(url)
  const client = new Client({ connectionString: url })
  await client.connect()
  await fillDatabase(client, workspaceId, size)
  await fillSearch(url)
  const { rows } = await client.query<{ id: string; clerkId: string }>(
    'select id, clerk_id as "clerkId" from users where clerk_id is not null order by clerk_id',
  )
  const [admin, author] = rows
  if (admin === undefined || author === undefined) throw new Error('There are too few people.')
  await client.query(`insert into memberships (workspace_id, user_id, role) values ($1, $2, 'admin')`, [
    workspaceId,
    admin.id,
  ])
  await makeFloorEvents(client)
  await client.end()
  return {
    url,
    clerkIds: rows.map(({ clerkId }) => clerkId),
    adminClerkId: admin.clerkId,
    authorId: author.id,
    dataDir: join(folder, 'data'),
    logFile: postgres.logFile,
    async [Symbol.asyncDispose]() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function foundHome(url: string): Promise<number> {
  const db = openDatabase({ url, onIdleError: () => {} })
  try {
    const home = { slug: homeSlug, key: 'SNAG', name: 'Home', visibility: 'public' } as const
    const { id } = await db.transaction((tx) =>
      insertWorkspace(tx, { ...home, now: new Date(), adminIds: [], newId: uuidv7 }),
    )
    return id
  } finally {
    await db.close()
  }
}

/** Where the floor writes its events: the table that ours go into, with all that it costs to write there. */
async function makeFloorEvents(client: Client): Promise<void> {
  await client.query(`create table bench_events (like events including all);
    alter table bench_events add foreign key (workspace_id) references workspaces (id),
      add foreign key (actor_id) references users (id)`)
}
