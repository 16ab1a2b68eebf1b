import { ConfigError, readConfig } from '#shared/config.ts'
import { examineClerk } from './clerk.ts'
import { examineDatabase } from './database.ts'
import { examineDiscord } from './discord.ts'
import { failed, ok } from './findings.ts'
import type { Finding } from './findings.ts'
import type { Fetch } from './service.ts'

export interface Examination {
  env: Record<string, string | undefined>
  fetch: Fetch
  migrations: { dir: string }
}

/** Everything an operator needs, from the environment to the last service. Changes nothing anywhere. */
export async function examine({ env, fetch, migrations }: Examination): Promise<Finding[]> {
  const subject = 'Environment'
  try {
    const config = readConfig(env)
    const services = await Promise.all([
      examineDatabase(config.databaseUrl, migrations),
      examineClerk(config, fetch),
      examineDiscord(config.discord, fetch),
    ])
    return [ok(subject, 'Every variable is understood.'), ...services.flat()]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((problem) => failed(subject, problem))
  }
}
