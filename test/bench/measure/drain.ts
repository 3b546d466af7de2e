import { setTimeout as sleep } from 'node:timers/promises'
import { machineCpuSeconds, treeCost } from './process-tree.ts'

/** Whose CPU is counted as what; `rest` is ours as well, but of no interest. */
export interface Watched { readonly program: readonly number[]; readonly broker: readonly number[]; readonly database: readonly number[]; readonly rest: readonly number[] }
type Part = keyof Watched
interface Snapshot { readonly at: number; readonly done: number; readonly cpu: Readonly<Record<Part | 'self' | 'machine', number>>; readonly rssMb: number; readonly peakRssMb: number }

/** CPU in seconds per million records. */
export interface Span { readonly records: number; readonly seconds: number; readonly perSecond: number; readonly program: number; readonly broker: number; readonly database: number }
export interface Drained {
  readonly whole: Span
  /** Without the warm-up: the last 70 %. */
  readonly steady: Span
  readonly rssPeakMb: number
  readonly rssEndMb: number
  /** Cores that other work of the machine used meanwhile. */
  readonly foreignCores: number
  readonly trace: readonly { readonly seconds: number; readonly done: number; readonly rssMb: number }[]
}
export interface Draining {
  readonly total: number
  /** Records that are through, as anybody can see. */
  readonly progress: () => Promise<number>
  readonly watched: Watched
  readonly everyMs?: number
  readonly limitMs: number
  readonly alive: () => void
  readonly say?: (done: number) => void
}

export const warmUp = 0.3

/** Watches a backlog until it is drained. The clock starts with the first visible progress: the start of a process is no work. */
export async function drained({ total, progress, watched, everyMs = 100, limitMs, alive, say }: Draining): Promise<Drained> {
  const until = performance.now() + limitMs
  const snapshots: Snapshot[] = []
  let peak = 0
  for (;;) {
    const done = await progress()
    const now = snapshot(done, watched)
    peak = Math.max(peak, now.peakRssMb)
    if (done > 0) snapshots.push(now)
    if (done >= total) break
    alive()
    if (performance.now() > until) throw new Error(`only ${done} of ${total} records were through after ${limitMs / 1000} s`)
    say?.(done)
    await sleep(everyMs)
  }
  const first = snapshots[0]!, last = snapshots.at(-1)!
  const warm = snapshots.find((it) => it.done >= total * warmUp && it.done < total) ?? first
  const parts = ['program', 'broker', 'database', 'rest', 'self'] as const
  const used = (part: keyof Snapshot['cpu']) => last.cpu[part] - first.cpu[part]
  return {
    whole: between(first, last), steady: between(warm, last), rssPeakMb: peak, rssEndMb: last.rssMb,
    foreignCores: Math.max(0, (used('machine') - parts.reduce((sum, it) => sum + used(it), 0)) / secondsBetween(first, last)),
    trace: snapshots.map((it) => ({ seconds: secondsBetween(first, it), done: it.done, rssMb: it.rssMb })),
  }
}

function snapshot(done: number, watched: Watched): Snapshot {
  const program = treeCost(watched.program), { user, system } = process.cpuUsage()
  return {
    at: performance.now(), done, rssMb: program.rssMb, peakRssMb: program.peakRssMb,
    cpu: { program: program.cpuSeconds, broker: treeCost(watched.broker).cpuSeconds, database: treeCost(watched.database).cpuSeconds, rest: treeCost(watched.rest).cpuSeconds, self: (user + system) / 1e6, machine: machineCpuSeconds() },
  }
}

const secondsBetween = (a: Snapshot, b: Snapshot) => Math.max((b.at - a.at) / 1000, 1e-3)
function between(a: Snapshot, b: Snapshot): Span {
  const records = b.done - a.done, seconds = secondsBetween(a, b)
  const perMillion = (part: Part) => ((b.cpu[part] - a.cpu[part]) / Math.max(records, 1)) * 1e6
  return { records, seconds, perSecond: records / seconds, program: perMillion('program'), broker: perMillion('broker'), database: perMillion('database') }
}
