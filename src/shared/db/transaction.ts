import { hash } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'

/** SQL with the values of its parameters, as the tag of `sql-template-tag` makes it. */
export interface Statement {
  /** One of finitely many: PostgreSQL keeps the plan of each, on every connection. */
  text: string
  values: unknown[]
}

/** Where statements can be sent to. */
export interface Queryable {
  /** The rows of a statement, in the types of node-postgres. */
  query<R extends object>(statement: Statement): Promise<R[]>
}

/**
 * Statements that are done together or not at all. Each is sent at once, behind those before it, whether or not anybody
 * waits for their answers: what needs no answer costs no round trip.
 */
export class Transaction implements Queryable {
  readonly #client: PoolClient
  readonly #answers: Promise<unknown>[] = []
  #failure: { error: unknown } | null = null
  #committed = false

  constructor(client: PoolClient) {
    this.#client = client
    // Under a name, so that it waits for the statements behind it.
    void this.#submit({ name: 'begin', text: 'begin', values: [] })
  }

  /** Throws what went wrong first in this transaction: everything after it fails as well. */
  query<R extends object>(statement: Statement): Promise<R[]> {
    return this.#submit<R>(named(statement))
  }

  /** For what is not waited for. If it fails, so does the commit. */
  send(statement: Statement): void {
    void this.#submit(named(statement))
  }

  /** Sends the commit behind the statements before it, and waits for all of them. Afterwards nothing may be sent. */
  async commit(): Promise<void> {
    if (this.#committed) return
    this.#committed = true
    void this.#submit('commit')
    await Promise.all(this.#answers)
  }

  #submit<R extends object>(query: string | (Statement & { name: string })): Promise<R[]> {
    const answer = this.#client.query<R>(query).then(
      ({ rows }) => rows,
      (error: unknown) => {
        this.#failure ??= { error }
        throw this.#failure.error
      },
    )
    // Whoever does not wait for it hears of it at the commit.
    answer.catch(() => {})
    this.#answers.push(answer)
    return answer
  }
}

/**
 * Runs `work` in a transaction, which is committed when `work` ends, or has been by then. `pool` must be one whose
 * connections are pipelined. Throws what `work` or PostgreSQL throws; then nothing has been done.
 */
export async function inTransaction<T>(pool: Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    const tx = new Transaction(client)
    const result = await work(tx)
    await tx.commit()
    return result
  } catch (error) {
    try {
      await client.query('rollback')
    } catch {
      // The connection is gone, and the transaction with it.
      broken = true
    }
    throw error
  } finally {
    client.release(broken)
  }
}

/** One statement, a transaction of its own. */
export async function queryAlone<R extends object>(pool: Pool, statement: Statement): Promise<R[]> {
  const { rows } = await pool.query<R>(named(statement))
  return rows
}

const names = new Map<string, string>()

/** Under a name of its own a statement is parsed and planned once per connection. Names hold 63 bytes. */
function named({ text, values }: Statement): Statement & { name: string } {
  let name = names.get(text)
  if (name === undefined) {
    name = hash('sha1', text)
    names.set(text, name)
  }
  return { name, text, values }
}
