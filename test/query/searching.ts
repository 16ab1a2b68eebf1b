import { createSearchFollower } from '#shared/search/follow.ts'
import { relayBatch } from '#shared/events/relay.ts'
import type { World } from '#test/world.ts'

/** Relays what has happened and lets search follow, as the product does within a second. */
export async function followed({ db, tracker }: Pick<World, 'db' | 'tracker'>): Promise<void> {
  const { jobs, follow } = createSearchFollower(tracker, { waitMs: 0 })
  const client = await db.pool.connect()
  try {
    let wanted = false
    await relayBatch(client, (event) => {
      wanted ||= follow(event).length > 0
      return []
    })
    if (wanted) await jobs.find(({ name }) => name === 'search.follow')?.run({})
  } finally {
    client.release()
  }
}
