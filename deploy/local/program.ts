import { join } from 'node:path'
import { freePort } from './ports.ts'
import { launch, type Running } from './process.ts'
import { project } from './project.ts'

export interface ProgramOptions {
  /** Shown to people: `sink crm-http`. */
  name?: string | undefined
  env: Readonly<Record<string, string>>
  log: string
  /** Compiled entry file; the program's own main.js unless given. */
  entry?: string | undefined
  nodeArgs?: readonly string[] | undefined
  port?: number | undefined
}

export interface Program extends Running {
  readonly port: number
  /** Where /health/live, /health/ready and /metrics are. */
  readonly url: string
}

/**
 * Without bounds V8 lets its heap grow with the machine's memory before it cleans up: 350–530 MB a program under load. With the old space bounded it
 * cleans up several times a second, which costs a third of a translator's CPU, unless what survived may double before it does.
 * What is fetched and written lies outside of that heap, where glibc by default keeps an arena for each core and thread, and what was freed.
 */
const small = { args: ['--max-old-space-size=160', '--max-semi-space-size=12', '--heap-growing-percent=100'], env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '262144' } }

/** Starts one of the hub's programs from dist/ and waits until it answers; it may well not be ready yet. */
export async function startProgram(program: string, options: ProgramOptions): Promise<Program> {
  const port = options.port ?? await freePort()
  const url = `http://127.0.0.1:${port}`
  const running = await launch({
    name: options.name ?? program, stage: 'program', command: process.execPath, log: options.log, cwd: project, stopWithin: 4_500,
    args: ['--enable-source-maps', ...small.args, ...(options.nodeArgs ?? []), options.entry ?? join(project, 'dist', 'services', program, 'main.js')],
    // What V8 has compiled once, it need not compile at the next start: 15 % of it.
    env: { ...small.env, NODE_COMPILE_CACHE: join(project, 'dist', '.compiled'), ...process.env, NODE_ENV: 'production', ...options.env, HUB_HTTP_PORT: `${port}` },
    ready: async () => (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1_000) })).ok,
    readyWithin: 30_000,
  })
  return { ...running, port, url }
}

/** Why a program is not ready; empty when it is. */
export async function reasonsUnready(url: string): Promise<Readonly<Record<string, string>>> {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    if (answer.ok) return {}
    const { reasons } = await answer.json() as { reasons: Record<string, string> }
    return reasons
  } catch (error) { return { health: `does not answer (${(error as Error).message})` } }
}
