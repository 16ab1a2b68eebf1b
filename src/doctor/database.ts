import { Client } from 'pg'
import { migrationStatus } from '#shared/db/migrations.ts'
import type { MigrationStatus } from '#shared/db/migrations.ts'
import { failed, ok, skipped } from './findings.ts'
import type { Finding } from './findings.ts'

const connectTimeoutMs = 5_000
const oldestVersion = 15

/** Whether the database can be reached, is one that Snag can live in, and has the tables of this version. */
export async function examineDatabase(url: string | null, migrations: { dir: string }): Promise<Finding[]> {
  if (url === null) {
    return [skipped('Database', 'A stand-in: PostgreSQL from npm, which Snag starts and migrates by itself.')]
  }
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs })
  // A connection that breaks later fails the query that is waiting, too.
  client.on('error', () => {})
  try {
    await client.connect()
    return [
      ok('Database', `${addressOf(url)} lets us in.`),
      await examineVersion(client),
      await examineEncoding(client),
      migrationsFinding(await migrationStatus(client, migrations)),
    ]
  } catch (error) {
    return [failed('Database', whyNot(error, addressOf(url)))]
  } finally {
    await client.end()
  }
}

async function examineVersion(client: Client): Promise<Finding> {
  const version = await setting(client, 'server_version')
  return Number.parseInt(version, 10) >= oldestVersion
    ? ok('PostgreSQL', `Version ${version}.`)
    : failed('PostgreSQL', `Version ${version} is too old. Upgrade it to ${oldestVersion} or newer.`)
}

async function examineEncoding(client: Client): Promise<Finding> {
  const encoding = await setting(client, 'server_encoding')
  return encoding === 'UTF8'
    ? ok('Encoding', 'UTF-8.')
    : failed(
        'Encoding',
        `The database is ${encoding}. Make another: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0.`,
      )
}

async function setting(client: Client, name: string): Promise<string> {
  const { rows } = await client.query<{ value: string }>('select current_setting($1) as value', [name])
  return rows[0]?.value ?? ''
}

function migrationsFinding({ pending, failed: broken, edited, unknown }: MigrationStatus): Finding {
  const subject = 'Migrations'
  if (broken.length > 0)
    return failed(
      subject,
      `${broken.join(', ')} did not finish. Start Snag: it says why, and how to try it again.`,
    )
  if (unknown.length > 0)
    return failed(
      subject,
      `The database is of a later version of Snag (${unknown.join(', ')}). Start that version.`,
    )
  if (edited.length > 0)
    return failed(
      subject,
      `${edited.join(', ')} was changed after it was applied. Put the file back as it was.`,
    )
  if (pending.length > 0)
    return failed(
      subject,
      `${pending.join(', ')} is not applied yet. Start Snag: it applies what is missing.`,
    )
  return ok(subject, 'All are applied.')
}

/** The server and the database of an address, without who may enter. */
function addressOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/** Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function whyNot(error: unknown, address: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  switch (code) {
    case '28P01':
    case '28000':
      return `${address} refuses the user or the password. Mend them in DATABASE_URL.`
    case '42501':
      return `The user of DATABASE_URL may not read what is in ${address}. Make it the owner of that database.`
    case '3D000':
      return `The server has no database of that name (${address}). Create it, or mend DATABASE_URL.`
    case 'ENOTFOUND':
      return `There is no host of that name (${address}). Mend DATABASE_URL.`
    case 'ECONNREFUSED':
      return `Nothing listens at ${address}. Start PostgreSQL, or mend DATABASE_URL.`
    default:
      return `${address} cannot be reached (${code || 'no answer'}). Look whether PostgreSQL runs and may be reached from here.`
  }
}
