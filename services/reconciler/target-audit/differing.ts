import type { Snapshot } from '../../sink/targets/audit.ts'
import type { Fold } from './fold.ts'

const perBucket = 256
/** In one pass no more entities are looked at one by one: where more differ, something else is wrong than rows. */
const most = 1_000

export interface Compared {
  readonly entities: readonly string[]
  /** Rows in the target, rows that the hub expects. */
  readonly rows: number; readonly expected: number
  readonly buckets: number; readonly differing: number
  readonly complete: boolean
  readonly totals: ReadonlyMap<string, { readonly hub: bigint; readonly there: bigint }>
}

/** Compares sums bucket by bucket, and in the buckets that differ entity by entity. */
export async function differingEntities(snapshot: Snapshot, { expected, undecided }: Fold): Promise<Compared> {
  const bounds = expected.keys.bounds(perBucket), count = bounds.length + 1
  const sums = new BigUint64Array(count), rows = new Float64Array(count), bucketOf = new Uint32Array(expected.size)
  const theirs = new Map((await snapshot.buckets(bounds)).map((it) => [it.bucket, it]))
  for (let from = 0; from < expected.size; from += atOnce) {
    expected.keys.ranges(bounds, from, Math.min(from + atOnce, expected.size), (at, bucket) => { bucketOf[at] = bucket; sums[bucket]! += expected.sum(at); rows[bucket]! += expected.rows(at) })
    await new Promise(setImmediate)
  }
  const differing = Array.from({ length: count }, (_, n) => n).filter((n) => (theirs.get(n)?.rows ?? 0) !== rows[n] || (theirs.get(n)?.sum ?? 0n) !== sums[n])
  const entities: string[] = [], inBucket = Map.groupBy(members(bucketOf, new Set(differing)), (at) => bucketOf[at]!)
  let complete = true
  for (const bucket of differing) {
    if (entities.length >= most) { complete = false; break }
    const held = await snapshot.entities(bucket === 0 ? null : bounds[bucket - 1]!, bounds[bucket] ?? null), names = new Set<string>()
    for (const at of inBucket.get(bucket) ?? []) {
      const entity = expected.keys.name(at), there = held.get(entity)
      names.add(entity)
      if ((there?.sum ?? 0n) !== expected.sum(at) || (there?.rows ?? 0) !== expected.rows(at)) entities.push(entity)
    }
    for (const entity of held.keys()) if (!names.has(entity)) entities.push(entity)
  }
  return {
    entities: entities.slice(0, most).filter((it) => !undecided.has(it)), complete: complete && entities.length <= most, buckets: count, differing: differing.length,
    rows: [...theirs.values()].reduce((sum, it) => sum + it.rows, 0), expected: rows.reduce((sum, it) => sum + it, 0), totals: sideBySide(new Map([...expected.totals()].filter(([name]) => snapshot.totals.includes(name.split(' ')[0]!))), [...theirs.values()].map((it) => it.totals)),
  }
}
const atOnce = 50_000

function* members(bucketOf: Uint32Array, wanted: ReadonlySet<number>): Generator<number> {
  if (wanted.size > 0) for (let at = 0; at < bucketOf.length; at++) if (wanted.has(bucketOf[at]!)) yield at
}

/** The hub's sums are kept modulo 2^64, so they are told from the target's by the difference. */
function sideBySide(ours: ReadonlyMap<string, bigint>, theirs: readonly ReadonlyMap<string, bigint>[]): Map<string, { hub: bigint; there: bigint }> {
  const there = new Map<string, bigint>()
  for (const totals of theirs) for (const [name, amount] of totals) there.set(name, (there.get(name) ?? 0n) + amount)
  return new Map([...new Set([...ours.keys(), ...there.keys()])].sort().map((name) => { const held = there.get(name) ?? 0n; return [name, { there: held, hub: held + BigInt.asIntN(64, (ours.get(name) ?? 0n) - held) }] }))
}
