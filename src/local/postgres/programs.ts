import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { errorCode, LocalPostgresError } from './local-postgres-error.ts'
import type { ServiceUser } from './service-user.ts'

/**
 * Runs one of PostgreSQL's programs as `user` to its end. The environment is empty but for two names: nobody's
 * PGPORT or LANG gets in, messages are in English, and initdb need not guess the time zone.
 */
export async function runProgram(
  program: string,
  args: string[],
  { user, cwd }: { user: ServiceUser | null; cwd: string },
): Promise<void> {
  refuseShellCharacters([program, cwd])
  try {
    // The current folder may be one that `user` cannot enter, so the program gets another.
    await promisify(execFile)(program, args, { env: { LC_ALL: 'C', TZ: 'UTC' }, cwd, ...user })
  } catch (error) {
    throw explainSpawn(error, program)
  }
}

/** pg_ctl starts the server through a shell, with the paths between double quotes. */
function refuseShellCharacters(paths: string[]): void {
  if (process.platform === 'win32') return
  const refused = paths.find((path) => /["$`\\]/.test(path))
  if (refused === undefined) return
  throw new LocalPostgresError(
    `PostgreSQL cannot run in ${refused}, because of a character in that name: choose a folder without ", $, \` and \\ (SNAG_DATA_DIR chooses that of the data).`,
  )
}

function explainSpawn(error: unknown, program: string): unknown {
  const code = errorCode(error)
  if (code === 'ENOENT' && existsSync(program)) {
    return new LocalPostgresError(
      'The PostgreSQL from npm is made for glibc, which this system (Alpine?) lacks: use another image, or set DATABASE_URL.',
      { cause: error },
    )
  }
  if (code === 'EPERM') {
    return new LocalPostgresError(
      'PostgreSQL does not run as root, and this root is not allowed to become another user: start Snag as an ordinary user, or set DATABASE_URL.',
      { cause: error },
    )
  }
  return error
}
