import type { Pool, PoolClient, PoolConfig, QueryArrayConfig, QueryArrayResult } from 'pg'
import { loadOf, openPool } from './pool.ts'
import type { Load } from './pool.ts'

interface Connection {
  client: Promise<PoolClient>
  /** It is there for slow statements, and no quick one waits behind them. */
  isSlow: boolean
  underWay: number
  /** When it last answered, or was taken, in milliseconds of `performance.now()`. */
  heardAt: number
  /** After any failure nobody joins it, and it is closed when the last has left: it may be broken. */
  failed: boolean
}

export interface SharingOptions {
  maxConnections: number
  /** How long PostgreSQL may work on a statement. We wait for its answer a little longer. */
  timeoutMs: number
  /** Told of connections that broke. */
  onError: (error: Error) => void
}

/**
 * So many statements go on one connection before another is taken: a PostgreSQL process that is kept busy need not be
 * woken up for each, which costs as much as the statement.
 */
const maxUnderWay = 8
/** Who has been silent for so long is busy with something slow, and is not given more while others have room. */
const silentMs = 50
/** How long after PostgreSQL should have given up a statement we do, and its connection with it. */
const graceMs = 2_000

/**
 * Connections on which many statements are under way at once: each is sent without waiting for the answers of those
 * before it. PostgreSQL answers in order, so what is known to be slow has connections for itself, and one of all is always
 * left for either kind. Source: node-postgres, "Pipelining".
 */
export class SharedConnections {
  readonly #pool: Pool
  readonly #maxConnections: number
  readonly #patienceMs: number
  readonly #open = new Set<Connection>()

  constructor(config: PoolConfig, { maxConnections, timeoutMs, onError }: SharingOptions) {
    const pipelined = {
      ...config,
      max: maxConnections,
      pipeline: true,
      statement_timeout: timeoutMs,
      // Planning a search anew for its values takes longer than the search.
      options: '-c plan_cache_mode=force_generic_plan',
    }
    this.#pool = openPool(pipelined, onError)
    this.#maxConnections = maxConnections
    this.#patienceMs = timeoutMs + graceMs
  }

  /**
   * One statement, a transaction of its own; `isSlow` if it usually takes more than some milliseconds. Throws what
   * PostgreSQL or the connection says, after `timeoutMs` and a little more since it was sent.
   */
  async query<R extends unknown[]>(
    statement: QueryArrayConfig,
    { isSlow = false }: { isSlow?: boolean } = {},
  ): Promise<QueryArrayResult<R>> {
    const connection = this.#join(isSlow)
    connection.underWay += 1
    try {
      const client = await connection.client
      const limited = { ...statement, query_timeout: this.#patienceMs }
      const result = await client.query<R>(limited)
      connection.heardAt = performance.now()
      return result
    } catch (error) {
      connection.failed = true
      this.#open.delete(connection)
      throw error
    } finally {
      connection.underWay -= 1
      if (connection.underWay === 0) this.#giveBack(connection)
    }
  }

  /** `waiting` is how many statements are under way: nobody waits for a connection here. */
  load(): Load {
    const waiting = [...this.#open].reduce((sum, { underWay }) => sum + underWay, 0)
    return { ...loadOf(this.#pool), waiting }
  }

  /** Waits for what is under way. Whoever asks later is refused. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  #join(isSlow: boolean): Connection {
    const open = this.#pool.ending ? [] : [...this.#open]
    const alike = open.filter((connection) => connection.isSlow === isSlow)
    const lively = performance.now() - silentMs
    const roomy = alike.find(({ underWay, heardAt }) => !isSlow && underWay < maxUnderWay && heardAt > lively)
    if (roomy !== undefined) return roomy
    // One is left for each kind.
    const isFull = open.length >= this.#maxConnections || alike.length >= this.#maxConnections - 1
    const [first, ...others] = alike
    if (isFull && first !== undefined) {
      return others.reduce((least, other) => (other.underWay < least.underWay ? other : least), first)
    }
    const fresh = {
      client: this.#pool.connect(),
      isSlow,
      underWay: 0,
      heardAt: performance.now(),
      failed: false,
    }
    this.#open.add(fresh)
    return fresh
  }

  #giveBack(connection: Connection): void {
    this.#open.delete(connection)
    // Where there was no connection, everybody who waited for it has been told.
    connection.client.then(
      (client) => client.release(connection.failed),
      () => {},
    )
  }
}
