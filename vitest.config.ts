import { defineConfig } from 'vitest/config'

const never = ['**/node_modules/**', 'dist/**', '.hub/**']
const bench = 'test/bench/**'
const houseRules = ['test/rooms.test.ts', 'test/folders.test.ts']
const needsTheStack = '**/*.system.test.ts'
const samples = '**/*.sample.test.ts'

// unit: pure, in seconds. system: against one real broker, registry and PostgreSQL for the whole run, with a sample of the faults.
// The limits of time are for what hangs: a busy machine is five times slower than a quick one.
// faults: the rest of them, one file after the other, for they measure times and load the machine.
export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: process.env['HUB_TEST_REPORT'] ?? '.hub/reports/tests.json' }]],
    projects: [
      { test: { name: 'unit', include: ['{canonical,services,deploy}/**/*.test.ts', 'test/bench/**/*.test.ts', ...houseRules], exclude: [...never, needsTheStack], testTimeout: 20_000, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'system', include: [needsTheStack, 'test/**/*.test.ts'], exclude: [...never, ...houseRules, bench, 'test/faults/**/!(*.sample).test.ts'],
          globalSetup: 'test/shared-stack.ts', testTimeout: 180_000, hookTimeout: 120_000, maxWorkers: 2, sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'faults', include: ['test/faults/**/*.test.ts'], exclude: [...never, samples],
          globalSetup: 'test/shared-stack.ts', testTimeout: 300_000, hookTimeout: 180_000, maxWorkers: 1, fileParallelism: false, sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
