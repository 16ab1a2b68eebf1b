/**
 * Why PostgreSQL could not be started, for the person who started Snag: its message is one or two sentences
 * that say what is wrong and what to do, fit to be printed without a stack.
 */
export class LocalPostgresError extends Error {
  override readonly name = 'LocalPostgresError'
}

const noSpace =
  'The disk is full: PostgreSQL could not write its data. Free some space, or set SNAG_DATA_DIR to a folder on another disk.'

// PostgreSQL says these in its log or on initdb's standard error; both are in English, because every
// command runs with LC_ALL=C.
const knownWords: [pattern: RegExp, sentence: string][] = [
  [/No space left on device|Disk quota exceeded/, noSpace],
  [
    /could not look up effective user ID/,
    'The user that runs Snag has no entry in the system’s user list, and PostgreSQL asks for one: run Snag as a user that has, or set DATABASE_URL.',
  ],
  [
    /invalid locale (name|settings)|encoding mismatch/,
    'This system lacks the C.UTF-8 locale that PostgreSQL’s text functions need: install the locales (on Debian the package libc-bin has it), or set DATABASE_URL.',
  ],
  [
    /is not compatible with this version of PostgreSQL|database files are incompatible with server/,
    'The data directory was made by another version of PostgreSQL: go back to the earlier version of Snag and export, or empty the directory with “npm run reset”.',
  ],
  [
    /could not (map|create|resize) (anonymous )?shared memory|Cannot allocate memory/,
    'There is not enough memory for PostgreSQL, which needs about 200 MB: end other programs, or set DATABASE_URL.',
  ],
  [
    /error while loading shared libraries/,
    'A library that PostgreSQL needs is missing: run “npm rebuild”; if that does not help, set DATABASE_URL to a PostgreSQL of your own.',
  ],
]

/** Turns whatever went wrong between here and PostgreSQL into a LocalPostgresError; `directory` is the data's. */
export function explainFailure(error: unknown, directory: string): LocalPostgresError {
  if (error instanceof LocalPostgresError) return error
  const message = error instanceof Error ? error.message : String(error)
  const known = knownWords.find(([pattern]) => pattern.test(message))
  if (known) return new LocalPostgresError(known[1], { cause: error })

  switch (errorCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new LocalPostgresError(noSpace, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new LocalPostgresError(
        `PostgreSQL’s data cannot be kept in ${directory} (${message}): make it writable for the user that runs Snag, or set SNAG_DATA_DIR to another folder.`,
        { cause: error },
      )
    default:
      return new LocalPostgresError(
        `PostgreSQL did not start: ${message} Set DATABASE_URL to use another PostgreSQL.`,
        { cause: error },
      )
  }
}

/** The code of a system error (`ENOENT`) or of PostgreSQL (`57P03`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
