import { expect, test } from 'vitest'
import { explainFailure, LocalPostgresError } from '#local/postgres/local-postgres-error.ts'

test.each([
  ['FATAL: could not write lock file "postmaster.pid": No space left on device', 'The disk is full'],
  ['initdb: error: invalid locale name "C.UTF-8"', 'This system lacks the C.UTF-8 locale'],
  ['could not look up effective user ID 1000: user does not exist', 'has no entry in the system’s user list'],
  [
    'The data directory was initialized by PostgreSQL version 17, which is not compatible with this version of PostgreSQL 18.4',
    'made by another version of PostgreSQL',
  ],
  [
    'FATAL: could not map anonymous shared memory: Cannot allocate memory',
    'not enough memory for PostgreSQL',
  ],
  [
    'postgres: error while loading shared libraries: libicuuc.so.60: cannot open shared object file',
    'run “npm rebuild”',
  ],
])('what PostgreSQL says of a failure becomes what to do: %s', (words, sentence) => {
  expect(explainFailure(new Error(words), '/srv/data').message).toContain(sentence)
})

test.each([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'The disk is full'],
  ['EACCES', 'cannot be kept in /srv/data'],
  ['EROFS', 'cannot be kept in /srv/data'],
])('the system’s error %s becomes what to do', (code, sentence) => {
  const error = Object.assign(new Error(`${code}: some call`), { code })

  expect(explainFailure(error, '/srv/data').message).toContain(sentence)
})

test('a failure nobody foresaw is passed on with a way out', () => {
  const failure = explainFailure(new Error('something new.'), '/srv/data')

  expect(failure).toBeInstanceOf(LocalPostgresError)
  expect(failure.message).toBe(
    'PostgreSQL did not start: something new. Set DATABASE_URL to use another PostgreSQL.',
  )
})
