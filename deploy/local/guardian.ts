import { spawn, type ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

// A tiny process that outlives this one by a moment: its stdin ends when this process dies, however it dies,
// and it then stops every process that was entrusted to it and not given back.
let guardian: ChildProcess | undefined

/** Entrusts a process: it will not outlive this one. The signal is what asks it to stop. */
export function guard(pid: number, signal: NodeJS.Signals): void {
  guardian ??= start()
  guardian.stdin?.write(`+${pid} ${signal}\n`)
}

/** Gives a process back, because it has ended. */
export function release(pid: number): void { guardian?.stdin?.write(`-${pid}\n`) }

/** Lets the guardian go, once nothing is entrusted to it any more. */
export async function dismiss(): Promise<void> {
  if (!guardian) return
  const last = guardian
  guardian = undefined
  const ended = new Promise<void>((done) => { last.once('exit', () => done()) })
  last.ref()
  last.stdin?.end()
  await ended
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./guardian-main.mjs', import.meta.url))], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.on('error', () => {})
  // Neither of the two keeps us alive.
  child.unref()
  if (child.stdin instanceof Socket) child.stdin.unref()
  return child
}
