import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Java } from './java.ts'
import type { Jars } from './jars.ts'
import { freePort } from './ports.ts'
import { launch, type Running } from './process.ts'

export interface RegistryOptions {
  java: Java
  jars: Jars
  /** The database that keeps the schemas. */
  database: string
  log: string
  port?: number | undefined
  managementPort?: number | undefined
  archive?: 'write' | 'read' | undefined
}

export interface Registry extends Running {
  readonly port: number
  /** The Confluent API. */
  readonly url: string
}

/** Apicurio on PostgreSQL. No schema is taken before the global rule stands: it starts as NONE. */
export async function startRegistry({ java, jars, database, log, archive = 'read', ...ports }: RegistryOptions): Promise<Registry> {
  const port = ports.port ?? await freePort()
  const management = ports.managementPort ?? await freePort()
  const db = new URL(database)
  const classes = join(jars.folder, `registry-java${java.major}.jsa`)
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const running = await launch({
    name: 'Schema registry', stage: 'server', command: java.command, log, cwd: jars.registry, stopWithin: 4_000,
    args: [
      '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xlog:disable', '-Xlog:all=error:stderr', '-Xshare:auto',
      ...(archive === 'write' ? ['-XX:+AutoCreateSharedArchive', `-XX:SharedArchiveFile=${classes}`] : existsSync(classes) ? [`-XX:SharedArchiveFile=${classes}`] : []),
      ...Object.entries({
        'quarkus.http.host': '127.0.0.1', 'quarkus.http.port': port, 'quarkus.management.host': '127.0.0.1', 'quarkus.management.port': management,
        'apicurio.storage.kind': 'sql', 'apicurio.storage.sql.kind': 'postgresql',
        'apicurio.datasource.url': `jdbc:postgresql://${db.host}${db.pathname}`, 'apicurio.datasource.username': db.username, 'apicurio.datasource.password': db.password || 'none',
        'apicurio.datasource.jdbc.initial-size': 1, 'apicurio.datasource.jdbc.min-size': 1, 'apicurio.datasource.jdbc.max-size': 8,
      }).map(([name, value]) => `-D${name}=${value}`),
      '-jar', join(jars.registry, 'quarkus-run.jar'),
    ],
    ready: async () => (await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(2_000) })).ok,
    readyWithin: 90_000,
  })
  const ruled = await fetch(`${url}/config`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ compatibility: 'BACKWARD' }) })
  if (!ruled.ok) { await running.stop(); throw new Error(`The registry did not take its global rule: ${ruled.status} ${await ruled.text()}`) }
  return { ...running, port, url }
}
