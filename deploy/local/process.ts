import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dismiss, guard, release } from './guardian.ts'

/** In which order a set is stopped: what writes first, what everything lies in last. */
export const stages = ['feed', 'program', 'server', 'database'] as const
export type Stage = (typeof stages)[number]

export interface Launch {
  name: string
  stage: Stage
  command: string
  args: readonly string[]
  /** stdout and stderr are appended to this file. */
  log: string
  cwd?: string | undefined
  env?: NodeJS.ProcessEnv | undefined
  user?: { uid: number; gid: number } | undefined
  /** Asked every 50 ms until it says true. */
  ready?: (() => Promise<boolean>) | undefined
  readyWithin?: number | undefined
  /** What asks the process to stop; SIGKILL follows after `stopWithin`. */
  stopSignal?: NodeJS.Signals | undefined
  stopWithin?: number | undefined
}

export interface Exit { code: number | null; signal: NodeJS.Signals | null }

export interface Running {
  readonly name: string
  readonly stage: Stage
  readonly pid: number
  readonly log: string
  readonly exited: Promise<Exit>
  /** Undefined while it runs. */
  exit(): Exit | undefined
  kill(signal: NodeJS.Signals): void
  stop(): Promise<Exit>
}

/** The message says it all: what was launched, and the end of its log. */
export class LaunchFailed extends Error { override readonly name = 'LaunchFailed' }

const launched = new Set<Running>()
let stopping = false

export const isStopping = (): boolean => stopping

/** Stops everything that was launched here and still runs or starts up, stage by stage. Nothing can be launched any more. */
export async function stopAll(say: (running: Running) => void = () => {}): Promise<void> {
  stopping = true
  for (const stage of stages) {
    await Promise.all([...launched].filter((running) => running.stage === stage).map(async (running) => { await running.stop(); say(running) }))
  }
  await dismiss()
}

/** Kills everything that was launched here and still runs. */
export function killAll(): void {
  stopping = true
  for (const running of launched) running.kill('SIGKILL')
}

/**
 * Starts a program in a session of its own, so that a Ctrl-C in the terminal reaches only us and we stop the set in order.
 * Should this process die without stopping it, the guardian does.
 */
export async function launch(what: Launch): Promise<Running> {
  if (stopping) throw new Error(`${what.name} is not started any more: everything is being stopped`)
  mkdirSync(dirname(what.log), { recursive: true })
  const log = openSync(what.log, 'a')
  const child = spawn(what.command, what.args, {
    detached: true, stdio: ['ignore', log, log], cwd: what.cwd, env: what.env ?? process.env, ...what.user,
  })
  closeSync(log)
  const running = follow(child, what)
  if (child.pid === undefined) throw new LaunchFailed(`${what.name} could not be started: ${(await failure(child)).message}`)
  launched.add(running)
  void running.exited.then(() => launched.delete(running))
  guard(child.pid, what.stopSignal ?? 'SIGTERM')
  if (what.ready) await untilReady(running, what.ready, what.readyWithin ?? 60_000)
  return running
}

function follow(child: ChildProcess, what: Launch): Running {
  let exit: Exit | undefined
  const exited = new Promise<Exit>((done) => {
    child.once('error', () => done(exit = { code: null, signal: null }))
    child.once('exit', (code, signal) => {
      if (child.pid !== undefined) release(child.pid)
      done(exit = { code, signal })
    })
  })
  const kill = (signal: NodeJS.Signals): void => { if (!exit) child.kill(signal) }
  return {
    name: what.name, stage: what.stage, pid: child.pid ?? 0, log: what.log,
    exited, kill, exit: () => exit,
    async stop() {
      kill(what.stopSignal ?? 'SIGTERM')
      const late = setTimeout(() => kill('SIGKILL'), what.stopWithin ?? 8_000)
      try { return await exited } finally { clearTimeout(late) }
    },
  }
}

const failure = (child: ChildProcess) => new Promise<Error>((done) => child.once('error', done))

async function untilReady(running: Running, ready: () => Promise<boolean>, within: number): Promise<void> {
  const until = Date.now() + within
  for (;;) {
    if (running.exit()) throw new LaunchFailed(`${running.name} ended while starting.\n${lastLines(running.log)}`)
    if (await ready().catch(() => false)) return
    if (Date.now() > until) {
      await running.stop()
      throw new LaunchFailed(`${running.name} was not ready within ${within / 1000} s.\n${lastLines(running.log)}`)
    }
    await sleep(50)
  }
}

export function lastLines(log: string, count = 15): string {
  if (!existsSync(log)) return ''
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).map((line) => `    ${line}`).join('\n') + `\n    (${log})`
}
