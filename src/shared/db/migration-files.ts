import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One folder of `prisma/migrations`, with the SQL it holds. */
export interface MigrationFile {
  name: string
  sql: string
}

/** Reads the migrations in the order they are applied in, which is that of their names. No folder means none. */
export async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const names = await listFolders(dir)
  return await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(dir, name, 'migration.sql'), 'utf8') })),
  )
}

async function listFolders(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/**
 * Whether `sql` is what Prisma recorded when it applied it. Prisma takes the SHA-256 of the file; git may have
 * changed its line ends since, which is no edit.
 */
export function matchesChecksum(sql: string, checksum: string): boolean {
  const withLf = sql.replaceAll('\r\n', '\n')
  return [sql, withLf, withLf.replaceAll('\n', '\r\n')].some((text) => sha256(text) === checksum)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
