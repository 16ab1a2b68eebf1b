import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { runCommand } from './cli/program.ts'

if (existsSync('.env')) loadEnvFile('.env')
const { env, stdin, stdout, stderr } = process
// Whoever reads what we write may stop reading, as `head` does: then there is nobody left to write to.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exitCode = 1
})
process.exitCode = await runCommand(process.argv.slice(2), {
  env,
  stdin,
  stdout,
  stderr,
  fetch: globalThis.fetch,
})
