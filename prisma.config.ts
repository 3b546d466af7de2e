import { defineConfig } from 'prisma/config'

// `prisma generate` needs no schema engine, but looks for one and would download it. Any program satisfies the look.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({ schema: 'services/runtime/ledger/schema.prisma', migrations: { path: 'services/runtime/ledger/migrations' } })
