// Starts a PostgreSQL in a process of its own, which a test then kills: node postgres-child.ts <data directory> <fsync>
import { startPostgres } from '../../src/local/postgres/start-postgres.ts'

const [, , dataDir = '', fsync] = process.argv

try {
  const { url } = await startPostgres({ dataDir, fsync: fsync === 'true' })
  process.stdout.write(`${JSON.stringify({ url })}\n`)
  // The process lives until it is killed, as a server does.
  setInterval(() => {}, 60_000)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refusal: String(error) })}\n`)
}
