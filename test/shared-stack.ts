import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { build } from '../deploy/local/build.ts'
import { findJava, type Java } from '../deploy/local/java.ts'
import { jars, type Jars } from '../deploy/local/jars.ts'
import { startKafka } from '../deploy/local/kafka.ts'
import { startPostgres } from '../deploy/local/postgres.ts'
import { startRegistry } from '../deploy/local/registry.ts'

/** What every test file may use together: isolated by names, see hub.ts. */
export interface SharedStack { java: Java; jars: Jars; folder: string; brokers: string; registryUrl: string; postgresPort: number }

declare module 'vitest' { interface ProvidedContext { stack: SharedStack } }

/** Vitest's global setup: one broker, one registry and one PostgreSQL for the whole run, in a temporary folder. */
export default async function sharedStack(run: TestProject): Promise<() => Promise<void>> {
  const java = findJava()
  if (!java) throw new Error('The system tests need Java 21 or newer, on the PATH or as JAVA_HOME. The pure tests do not: npm run test:unit')
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'))
  chmodSync(folder, 0o755)
  const built = build()
  const fetched = await jars()
  const [kafka, [postgres, registry], compiled] = await Promise.all([
    startKafka({ java, jars: fetched, folder: join(folder, 'kafka'), log: join(folder, 'kafka.log'), heap: '512m' }),
    startPostgres({ folder: join(folder, 'postgres'), log: join(folder, 'postgres.log'), fsync: false }).then(async (postgres) =>
      [postgres, await startRegistry({ java, jars: fetched, database: await postgres.database('registry'), log: join(folder, 'registry.log') })] as const),
    built,
  ])
  if (compiled.problems !== '') console.warn('The compiler complains, see .hub/logs/build.log; what it wrote is used all the same.')
  run.provide('stack', { java, jars: fetched, folder, brokers: kafka.brokers, registryUrl: registry.url, postgresPort: postgres.port })
  return async () => {
    await Promise.all([registry.stop(), kafka.stop()])
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
