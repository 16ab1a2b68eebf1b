import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../..')
/** Not where `npm run build` puts them: `npm start` must never find what was made for development. */
const pagesDir = join(root, 'node_modules/.cache/snag/pages')
/** As it was given: Vite declares the whole process to be production, where stand-ins are refused. */
const environment = { ...process.env, SNAG_PAGES_DIR: pagesDir }
const sources = { web: 'web', playground: 'src/local/discord/playground' }

/**
 * `npm run dev`: the server starts again when its code changes, and the pages are built again when theirs do.
 * One origin as in production, so that sign-in and the stand-ins' guard behave the same.
 */
for (const [page, source] of Object.entries(sources)) {
  const watcher = await build({
    root: join(root, source),
    configFile: join(root, source, 'vite.config.ts'),
    mode: 'development',
    logLevel: 'warn',
    build: { outDir: join(pagesDir, page), watch: {}, chunkSizeWarningLimit: Infinity },
  })
  // The server does not start without its pages; one that cannot be built says so itself.
  if ('on' in watcher) {
    const { promise: built, resolve } = Promise.withResolvers<void>()
    watcher.on('event', ({ code }) => {
      if (code === 'END' || code === 'ERROR') resolve()
    })
    await built
  }
}
const server = spawn(process.execPath, ['--watch', '--watch-preserve-output', 'src/main.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
})
server.on('exit', (code) => process.exit(code ?? 0))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => server.kill(signal))
