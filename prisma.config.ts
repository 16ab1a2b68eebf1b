import { defineConfig } from 'prisma/config'

// Generating the client needs no engine, and the migrations bring their own; any file that exists keeps Prisma
// from downloading one before it looks.
process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
})
