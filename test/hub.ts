import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import { startProgram, type Program, type ProgramOptions } from '../deploy/local/program.ts'
import { createDatabase } from '../deploy/local/postgres.ts'

export interface TestProgram extends Program {
  /** Everything it has written. */
  logs(): string
  /** Its log lines as objects; a line that is not JSON is left out. */
  entries(): Record<string, unknown>[]
  /** Waits until the log matches, and returns the match. */
  logged(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>
  /** Waits until /health/ready says yes. */
  ready(withinMs?: number): Promise<void>
}

export interface TestHub extends AsyncDisposable {
  /** HUB_NAME: every topic, group and transactional id of this hub begins with it. */
  readonly name: string
  readonly kafka: { readonly brokers: string[]; readonly clientId: string }
  readonly registryUrl: string
  /** What a program of this hub is started with. */
  readonly env: Readonly<Record<string, string>>
  /** For logs and the like; gone after the run. */
  readonly folder: string
  /** Makes an empty database of this hub's own and returns its URL. */
  createDatabase(name: string): Promise<string>
  /** Starts translator, sink, reconciler or console from dist/. */
  start(program: string, env?: Readonly<Record<string, string>>, options?: Partial<Pick<ProgramOptions, 'entry' | 'nodeArgs' | 'port'>>): Promise<TestProgram>
  /** Kills what still runs. */
  dispose(): Promise<void>
}

/** A hub of its own in the shared stack: other tests do not see it. `overrides` put private brokers and databases in place. */
export function testHub(name: string, overrides: { brokers?: string; registryUrl?: string } = {}): TestHub {
  const stack = inject('stack')
  const own = `${name}-${randomBytes(3).toString('hex')}`
  const folder = join(stack.folder, own)
  mkdirSync(folder, { recursive: true })
  const brokers = overrides.brokers ?? stack.brokers
  const registryUrl = overrides.registryUrl ?? stack.registryUrl
  const env = { HUB_NAME: own, HUB_KAFKA_BROKERS: brokers, HUB_REGISTRY_URL: registryUrl }
  const programs: TestProgram[] = []
  const dispose = async () => {
    for (const program of programs) program.kill('SIGKILL')
    await Promise.all(programs.map((program) => program.exited))
  }
  return {
    name: own, kafka: { brokers: brokers.split(','), clientId: own }, registryUrl, env, folder, dispose, [Symbol.asyncDispose]: dispose,
    createDatabase: (database) => createDatabase(stack.postgresPort, `${own}-${database}`),
    async start(program, more = {}, options = {}) {
      const log = join(folder, `${program}-${programs.length + 1}.log`)
      const started = watched(await startProgram(program, { ...options, env: { ...env, ...more }, log }))
      programs.push(started)
      return started
    },
  }
}

function watched(program: Program): TestProgram {
  const logs = () => readFileSync(program.log, 'utf8')
  const waitFor = async <T>(what: string, withinMs: number, look: () => T | null | Promise<T | null>): Promise<T> => {
    const until = Date.now() + withinMs
    for (;;) {
      const found = await look()
      if (found !== null) return found
      if (program.exit()) throw new Error(`${program.name} ended while waiting for ${what}:\n${logs().slice(-3000)}`)
      if (Date.now() > until) throw new Error(`${program.name} did not get to ${what} within ${withinMs} ms:\n${logs().slice(-3000)}`)
      await sleep(20)
    }
  }
  return {
    ...program, logs,
    entries: () => logs().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>),
    logged: (pattern, withinMs = 60_000) => waitFor(`${pattern}`, withinMs, () => pattern.exec(logs())),
    async ready(withinMs = 60_000) {
      await waitFor('ready', withinMs, async () => (await fetch(`${program.url}/health/ready`).catch(() => null))?.ok ? true : null)
    },
  }
}
