import type { Config } from '#shared/config.ts'
import type { StandIns } from '#local/stand-ins.ts'

/** What stands in the terminal after the start: where to go, who one can be, what is real. */
export function banner({ publicUrl, databaseUrl }: Config, standIns: StandIns | null): string {
  const lines = ['', `  Snag is up: ${publicUrl}`]
  if (standIns?.discord)
    lines.push(`  Playground: ${publicUrl}/playground  (a Discord of your own, to try the bot in)`)
  lines.push(`  API:        ${publicUrl}/api/docs`, '')
  lines.push(`  Database:   ${databaseUrl === null ? 'PostgreSQL from npm, in the data directory' : 'yours'}`)
  lines.push(`  Sign-in:    ${standIns?.clerk ? 'a local stand-in for Clerk' : 'Clerk'}`)
  lines.push(`  Chat:       ${standIns?.discord ? 'a local stand-in for Discord' : 'Discord'}`, '')
  if (standIns?.clerk) {
    lines.push('  Who you can be (password):')
    const width = Math.max(...standIns.accounts.map(({ email }) => email.length))
    for (const { email, password } of standIns.accounts) lines.push(`    ${email.padEnd(width)}  ${password}`)
    lines.push('')
  }
  return `${lines.join('\n')}\n`
}
