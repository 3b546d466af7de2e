import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** What a subscriber prints for each record. */
export interface Printed {
  partition: number
  key: string
  headers: Record<string, string>
  value: { status: string; placedAt: number; totals: { total: string }; meta: PrintedMeta; [field: string]: unknown } | null
}
export interface PrintedMeta { effectKey: string; source: string; entity: string; version: number; revision: number; occurredAt: number; origin: { topic: string; partition: number; offset: number }; mapping: string }

/** Runs a subscriber until it has printed the last record of every partition: what comes before it has all been delivered then. */
export async function recordsOf(command: readonly [string, ...string[]], ends: ReadonlySet<string>, options: { env?: Record<string, string>; withinMs?: number } = {}): Promise<Printed[]> {
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONFAULTHANDLER: '1', ...options.env } })
  const exited = new Promise<void>((resolve, reject) => { child.once('close', () => resolve()); child.once('error', reject) })
  let complaints = '', late = false
  child.stderr.on('data', (data) => { complaints = `${complaints}${data}`.slice(-4000) })
  // SIGABRT: Python and Java say where they stand.
  const timer = setTimeout(() => { late = true; child.kill('SIGABRT'); setTimeout(() => child.kill('SIGKILL'), 2_000).unref() }, options.withinMs ?? 90_000)
  const printed: Printed[] = [], left = new Set(ends)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      // Clients may log to the same place.
      if (!line.startsWith('{"partition"')) continue
      const record = JSON.parse(line) as Printed
      printed.push(record)
      left.delete(record.key)
      if (left.size === 0) return printed
    }
    await exited
    throw new Error(`${program} ${late ? 'was too slow' : `ended with ${child.exitCode}`} after ${printed.length} records:\n${complaints}`)
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
    await exited
  }
}
