import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg'

interface Shared {
  client: Promise<PoolClient>
  underway: number
  /** Then it may be broken: nobody joins it any more, and it is closed when the last has left. */
  failed: boolean
}

export interface Sharing {
  /** How many connections are shared at most. */
  most: number
  /**
   * So many statements go on one connection before another is taken. A PostgreSQL process that is kept busy need not
   * be woken up for each, which costs as much as the statement; behind a slow one no more than these have to wait.
   */
  together: number
  /** After this long a statement is given up, and with it its connection, so that those behind it get on. */
  timeoutMs: number
}

/**
 * Connections on which many statements are under way at once: each is sent without waiting for the answers of those
 * before it, which takes a third off the work of both sides. They are borrowed from the pool while they are busy.
 * PostgreSQL answers in order, so only what is quick belongs here. Source: node-postgres, "Pipelining".
 */
export class SharedConnections {
  readonly #pool: Pool
  readonly #sharing: Sharing
  readonly #shared = new Set<Shared>()

  /** The pool's connections must be pipelined. */
  constructor(pool: Pool, sharing: Sharing) {
    this.#pool = pool
    this.#sharing = sharing
  }

  /** Each statement is a transaction of its own. Throws what PostgreSQL or the connection says. */
  async query<R extends unknown[]>(statement: QueryArrayConfig): Promise<QueryArrayResult<R>> {
    const shared = this.#join()
    shared.underway += 1
    try {
      const client = await shared.client
      const limited = { ...statement, query_timeout: this.#sharing.timeoutMs }
      return await client.query<R>(limited)
    } catch (error) {
      shared.failed = true
      this.#shared.delete(shared)
      throw error
    } finally {
      shared.underway -= 1
      if (shared.underway === 0) this.#giveBack(shared)
    }
  }

  #join(): Shared {
    const shared = [...this.#shared]
    const roomy = shared.find(({ underway }) => underway < this.#sharing.together)
    if (roomy !== undefined) return roomy
    if (shared.length >= this.#sharing.most) {
      return shared.reduce((least, other) => (other.underway < least.underway ? other : least))
    }
    const fresh = { client: this.#pool.connect(), underway: 0, failed: false }
    this.#shared.add(fresh)
    return fresh
  }

  #giveBack(shared: Shared): void {
    this.#shared.delete(shared)
    // Where there was no connection, everybody who waited for it has been told.
    shared.client.then(
      (client) => client.release(shared.failed),
      () => {},
    )
  }
}
