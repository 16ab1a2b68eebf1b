import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../..')
/** As it was given: Vite declares the whole process to be production, where stand-ins are refused. */
const environment = { ...process.env }

/**
 * `npm run dev`: the server starts again when its code changes, and the pages are built again when theirs do.
 * One origin as in production, so that sign-in and the stand-ins' guard behave the same.
 */
for (const page of ['web', 'src/local/discord/playground']) {
  await build({
    root: join(root, page),
    configFile: join(root, page, 'vite.config.ts'),
    mode: 'development',
    logLevel: 'warn',
    build: { watch: {}, chunkSizeWarningLimit: Infinity },
  })
}
const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'src/main.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
})
server.on('exit', (code) => process.exit(code ?? 0))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
