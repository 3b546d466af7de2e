import { setTimeout as sleep } from 'node:timers/promises'
import { machineCpuSeconds, treeCost } from './process-tree.ts'

/** Whose CPU is counted as what; `rest` is ours as well, but of no interest. */
export interface Watched { readonly program: readonly number[]; readonly broker: readonly number[]; readonly database: readonly number[]; readonly rest: readonly number[] }
type Part = keyof Watched
export interface Snapshot { readonly at: number; readonly done: number; readonly cpu: Readonly<Record<Part | 'self' | 'machine', number>>; readonly rssMb: number; readonly peakRssMb: number }

/** CPU in seconds per million records. */
export interface Span { readonly records: number; readonly seconds: number; readonly perSecond: number; readonly program: number; readonly broker: number; readonly database: number }
export interface Drained {
  readonly whole: Span
  /** Without the warm-up: the last 70 %. */
  readonly steady: Span
  /** Of the largest program. */
  readonly rssPeakMb: number
  readonly rssEndMb: number
  /** Cores that other work of the machine used meanwhile. */
  readonly foreignCores: number
  readonly trace: readonly { readonly seconds: number; readonly done: number; readonly rssMb: number }[]
}
export interface Draining {
  readonly records: number
  /** How far it is, as anybody can see, and where it ends, as soon as that is known. In units of its own: offsets count the marks of transactions too. */
  readonly progress: () => Promise<{ readonly at: number; readonly end: number | null; /** Work is under way, though nothing is through yet. */ readonly begun?: boolean }>
  readonly watched: Watched
  readonly everyMs?: number
  readonly limitMs: number
  readonly alive: () => void
  readonly say?: (done: number) => void
}

export const warmUp = 0.3

/** Watches a backlog until it is drained. The clock starts with the first visible progress: the start of a process is no work. */
export async function drained({ records, progress, watched, everyMs = 100, limitMs, alive, say }: Draining): Promise<Drained> {
  const until = performance.now() + limitMs
  const raw: Snapshot[] = []
  for (;;) {
    const { at, end, begun = false } = await progress()
    if (at > 0 || begun) raw.push(snapshot(at, watched))
    if (end !== null && at >= end) break
    alive()
    if (performance.now() > until) throw new Error(`it was at ${at} of ${end ?? 'an unknown end'} after ${limitMs / 1000} s`)
    say?.(end === null ? 0 : Math.floor(at / end * records))
    await sleep(everyMs)
  }
  const scale = records / raw.at(-1)!.done
  const snapshots = raw.map((it) => ({ ...it, done: it.done * scale }))
  const first = snapshots[0]!, last = snapshots.at(-1)!
  const warm = snapshots.find((it) => it.done >= records * warmUp && it.done < records) ?? first
  const peak = Math.max(...snapshots.map((it) => it.peakRssMb))
  return {
    whole: between(first, last), steady: between(warm, last), rssPeakMb: peak, rssEndMb: last.rssMb,
    foreignCores: foreignBetween(first, last),
    trace: snapshots.map((it) => ({ seconds: secondsBetween(first, it), done: it.done, rssMb: it.rssMb })),
  }
}

export function snapshot(done: number, watched: Watched): Snapshot {
  const programs = watched.program.map((pid) => treeCost([pid])), { user, system } = process.cpuUsage()
  const cpuOf = (part: Part) => treeCost(watched[part]).cpuSeconds
  return {
    at: performance.now(), done, rssMb: Math.max(...programs.map((it) => it.rssMb)), peakRssMb: Math.max(...programs.map((it) => it.peakRssMb)),
    cpu: { program: cpuOf('program'), broker: cpuOf('broker'), database: cpuOf('database'), rest: cpuOf('rest'), self: (user + system) / 1e6, machine: machineCpuSeconds() },
  }
}

/** Cores that other work of the machine used: all that was busy, but for what is ours. */
export function foreignBetween(first: Snapshot, last: Snapshot): number {
  const used = (part: keyof Snapshot['cpu']) => last.cpu[part] - first.cpu[part]
  return Math.max(0, (used('machine') - used('program') - used('broker') - used('database') - used('rest') - used('self')) / secondsBetween(first, last))
}

const secondsBetween = (a: Snapshot, b: Snapshot) => Math.max((b.at - a.at) / 1000, 1e-3)
function between(a: Snapshot, b: Snapshot): Span {
  const records = b.done - a.done, seconds = secondsBetween(a, b)
  const perMillion = (part: Part) => ((b.cpu[part] - a.cpu[part]) / Math.max(records, 1)) * 1e6
  return { records, seconds, perSecond: records / seconds, program: perMillion('program'), broker: perMillion('broker'), database: perMillion('database') }
}
