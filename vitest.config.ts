import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Modules that are loaded and warm are most of the speed; what a test makes, it makes anew in its `world()`.
    isolate: false,
    globalSetup: 'test/postgres.ts',
    // Most tests wait for a server, a browser or a child process: one more than there are cores keeps them busy.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters:
      process.env['CI'] === 'true'
        ? ['default', ['json', { outputFile: 'test-results/tests.json' }]]
        : ['default'],
  },
})
