import { ConfigError, readConfig } from '#shared/config.ts'
import { Environment } from '#shared/environment.ts'
import { nearest } from '#shared/query/nearest.ts'
import { examineClerk } from './clerk.ts'
import { examineDatabase } from './database.ts'
import { examineDiscord } from './discord.ts'
import { examineStorage } from './storage.ts'
import { failed, ok } from './findings.ts'
import type { Finding } from './findings.ts'
import type { Fetch } from './service.ts'

const subject = 'Environment'

export interface Examination {
  env: Record<string, string | undefined>
  fetch: Fetch
  migrations: { dir: string }
}

/** Everything an operator needs, from the environment to the last service. Changes nothing anywhere. */
export async function examine({ env, fetch, migrations }: Examination): Promise<Finding[]> {
  const unknown = unknownIn(env)
  try {
    const config = readConfig(env)
    const services = await Promise.all([
      examineDatabase(config.databaseUrl, migrations),
      examineClerk(config, fetch),
      examineDiscord(config.discord, fetch),
    ])
    const understood = unknown.length === 0 ? [ok(subject, 'Every variable is understood.')] : unknown
    return [...understood, ...services.flat(), examineStorage(config)]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [...error.problems.map((problem) => failed(subject, problem)), ...unknown]
  }
}

const prefix = 'SNAG_'
/** Read by the command line, and perhaps kept beside the others. */
const elsewhere = ['SNAG_URL', 'SNAG_TOKEN']

/** A variable that begins as ours do, and that nobody reads, was most likely misspelt. */
function unknownIn(env: Examination['env']): Finding[] {
  const known = [...Object.keys(Environment.shape), ...elsewhere]
  // Some of ours have no prefix, and are easily given it.
  const written = new Map(known.map((name) => [name.startsWith(prefix) ? name : `${prefix}${name}`, name]))
  const names = Object.keys(env).filter((name) => name.startsWith(prefix) && !known.includes(name))
  return names.map((name) => {
    const meant = written.get(nearest(name, [...written.keys()]) ?? '')
    const advice =
      meant === undefined ? 'Remove it, or look for its name in the README.' : `Did you mean ${meant}?`
    return failed(subject, `${name} is a variable that nobody reads. ${advice}`)
  })
}
