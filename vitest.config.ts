import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/postgres.ts',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters:
      process.env['CI'] === 'true'
        ? ['default', ['json', { outputFile: 'test-results/tests.json' }]]
        : ['default'],
  },
})
