import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnvFile } from 'node:process'
import { examine } from './doctor/examine.ts'
import { report } from './doctor/findings.ts'

if (existsSync('.env')) loadEnvFile('.env')
const findings = await examine({
  env: process.env,
  fetch: globalThis.fetch,
  migrations: { dir: join(import.meta.dirname, '../prisma/migrations') },
})
process.stdout.write(report(findings))
process.exitCode = findings.some(({ mark }) => mark === 'failed') ? 1 : 0
