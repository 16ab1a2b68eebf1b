import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
  type Error as PrismaError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import { Client, DatabaseError, Pool, type QueryArrayConfig, type QueryArrayResult } from 'pg'

/** What the schema engine gets its connections from, and what ends them: it never does so itself. */
export interface EngineAdapter {
  factory: ReturnType<typeof bindMigrationAwareSqlAdapterFactory>
  close(): Promise<void>
}

/** Prisma's adapter for `pg`, with the two things the schema engine needs and 7.10.0 does not do. */
export function engineAdapter(url: string): EngineAdapter {
  const adapters: SqlDriverAdapter[] = []
  const connectTo = async (target: string) => {
    const adapter = await connect(target)
    adapters.push(adapter)
    return adapter
  }
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connectTo(url),
    connectToShadowDb: () => connectToShadow(url, connectTo),
  }
  return {
    factory: bindMigrationAwareSqlAdapterFactory(factory),
    async close() {
      for (const adapter of adapters) await adapter.dispose()
    },
  }
}

/** A database of its own on the same server, in which the engine replays the migrations; dropped when it is done. */
async function connectToShadow(
  url: string,
  connectTo: (url: string) => Promise<SqlDriverAdapter>,
): Promise<SqlDriverAdapter> {
  const name = `snag_shadow_${randomUUID().replaceAll('-', '')}`
  const target = new URL(url)
  target.pathname = `/${name}`

  await runAlone(url, `CREATE DATABASE ${name}`)
  const adapter = await connectTo(target.href)
  const dispose = adapter.dispose.bind(adapter)
  let dropped: Promise<void> | undefined
  adapter.dispose = () =>
    (dropped ??= dispose().then(() => runAlone(url, `DROP DATABASE ${name} WITH (FORCE)`)))
  return adapter
}

async function runAlone(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

// PostgreSQL's one-byte type "char", in which its catalog says what a constraint is, and text.
const charOid = 18
const textOid = 25

/** Connects with PrismaPg, and does the two things it does not. */
async function connect(url: string): Promise<SqlDriverAdapter> {
  const pool = new Pool({ connectionString: url })
  // A connection that breaks while idle is reported by the next query; without a listener it would end the process.
  pool.on('error', () => {})
  const query = pool.query.bind(pool)

  // It refuses a result that has a "char" in it, although the engine reads a schema through such columns: they
  // pass it as text here, and are given back their type below.
  const charColumns = new WeakMap<unknown[], number[]>()
  const passChars = async (request: QueryArrayConfig): Promise<QueryArrayResult> => {
    const result = await query(request)
    const chars = result.fields.flatMap((field, index) => (field.dataTypeID === charOid ? [index] : []))
    for (const field of result.fields) if (field.dataTypeID === charOid) field.dataTypeID = textOid
    charColumns.set(result.rows, chars)
    return result
  }
  const options = { disposeExternalPool: true }
  const adapter = await new PrismaPg(Object.assign(pool, { query: passChars }), options).connect()
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (request) => {
    const result = await queryRaw(request)
    for (const index of charColumns.get(result.rows) ?? []) {
      result.columnTypes[index] = ColumnTypeEnum.Character
    }
    return result
  }

  // It cuts a script at every semicolon, those in functions and strings too, and runs the pieces one by one. Sent
  // whole, PostgreSQL itself finds the statements, and undoes all of them when one fails.
  adapter.executeScript = async (script) => {
    try {
      await query(script)
    } catch (error) {
      throw error instanceof DatabaseError ? new DriverAdapterError(describeError(error)) : error
    }
  }
  return adapter
}

/** The fields by which the engine repeats what PostgreSQL said. */
function describeError(error: DatabaseError): PrismaError {
  return {
    kind: 'postgres',
    code: error.code ?? '',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  }
}
