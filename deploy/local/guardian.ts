import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// A tiny process that outlives this one by a moment: its stdin ends when this process dies, however it dies,
// and it then stops every process that was entrusted to it and not given back.
let guardian: ChildProcess | undefined

/** Entrusts a process: it will not outlive this one. The signal is what asks it to stop. */
export function guard(pid: number, signal: NodeJS.Signals): void { tell(`+${pid} ${signal}`) }

/** Gives a process back, because it has ended. */
export function release(pid: number): void { tell(`-${pid}`) }

function tell(line: string): void {
  if (!guardian) {
    guardian = spawn(process.execPath, [fileURLToPath(new URL('./guardian-main.mjs', import.meta.url))], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    guardian.stdin?.on('error', () => {})
    guardian.unref()
    const pipe = guardian.stdin as { unref?: () => void } | null
    pipe?.unref?.()
  }
  guardian.stdin?.write(`${line}\n`)
}
