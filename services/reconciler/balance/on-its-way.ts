import type { ModelName } from '../../../canonical/models.generated.ts'
import { hash64 } from '../../../canonical/key.ts'
import { blockSize } from '../../runtime/books.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { offsetsOf } from '../../runtime/kafka/offsets.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { laneOf } from '../audit/expectation.ts'
import { SeenReader } from '../audit/seen-reader.ts'
import { imbalances } from './block-balance.ts'
import type { Places, Progress } from './look.ts'
import { keyOf, Snapshot } from './snapshot.ts'
import { Spans } from './spans.ts'

/** What has not moved for so long may be a block that is never empty. */
const patienceMs = 4_000
/** More than this is no trickle: such blocks are soon full, or the target is away. */
const mostOnTheWay = 5_000

export interface OnItsWay { readonly ledger: Ledger; readonly cluster: Cluster; readonly reader: SeenReader; readonly places: Places; /** Of each target, as it was read last. */ readonly tails: Map<string, Tail> }
/** What lies behind a target's positions, as far as it was read. */
export interface Tail { readonly stand: string; readonly ends: readonly number[]; readonly underway: readonly Underway[] }
/** A canonical record that the target has not read: where it comes from, and the hash of its effect key. */
interface Underway { readonly model: string; readonly topic: string; readonly partition: number; readonly offset: number; readonly hash: bigint }

/**
 * Under a steady trickle something of an open block is always on its way, so its sums are never equal. They are so when what lies in the canonical topics behind the
 * target's positions is added: then everything that was emitted is read or lies there, and what comes before the first that lies there has arrived.
 */
export async function provenBut(it: OnItsWay, progress: readonly Progress[]): Promise<Progress[]> {
  const asked = await stuck(it.ledger, progress)
  if (asked.length === 0) return [...progress]
  const { spans, counted } = await Snapshot.take(it.ledger, async (snapshot) => ({
    spans: new Spans(await snapshot.spans()),
    // Each block once, however many targets wait for it.
    counted: new Map((await snapshot.lines([...new Map(asked.map((one) => [keyOf(blockOf(one)), blockOf(one)])).values()])).map((lines) => [keyOf(lines), lines.counted])),
  }))
  const byTarget = new Map<string, Promise<readonly Underway[] | null>>(), better = new Map<Progress, Progress>()
  for (const one of asked) {
    const { of: { source, topic, feeds }, target, partition, lowest } = one, block = lowest!.block
    const found = imbalances(counted.get(keyOf(blockOf(one)))!, source, feeds).filter((these) => these.target === target || these.target === '')
    if (found.some(({ between }) => between !== 'arrived')) continue
    if (!byTarget.has(target)) byTarget.set(target, tailOf(it, spans, target, new Set(progress.filter((other) => other.target === target).flatMap(({ of }) => of.feeds.filter((feed) => feed.target === target).map(({ model }) => model)))))
    const { whole: translated, gaps } = spans.reach('translate', source, topic, it.places.idOf(topic), partition)
    const tail = (await byTarget.get(target))?.filter((record) => record.topic === topic && record.partition === partition && record.offset < translated && Math.floor(record.offset / blockSize) === block)
    if (tail === undefined || gaps.length > 0 || !isWhatDiffers(found, tail)) continue
    const through = await begunBefore(it.ledger, one, it.places.idOf(topic), Math.min(one.translated, ...tail.map(({ offset }) => offset)))
    if (through > one.through) better.set(one, through >= one.translated ? { ...one, through, lowest: null, from: null } : { ...one, through, from: through })
  }
  return progress.map((one) => better.get(one) ?? one)
}

/** Blocks that differ for nobody knows why yet, of targets and partitions that have not been proven further for a while. */
async function stuck(ledger: Ledger, progress: readonly Progress[]): Promise<Progress[]> {
  const open = progress.filter(({ lowest, others, differs, through, translated }) => lowest !== null && others === null && !lowest.whole && !differs && through < translated)
  if (open.length === 0) return []
  const before = new Date(Date.now() - patienceMs), still = new Set((await ledger.verified.findMany({ where: { since: { lt: before } }, select: { target: true, topic: true, partition: true } })).map(placeOf))
  return open.filter(({ of: { topic }, target, partition }) => still.has(placeOf({ target, topic, partition })))
}
const placeOf = ({ target, topic, partition }: { target: string; topic: string; partition: number }) => JSON.stringify([target, topic, partition])
const blockOf = ({ of: { topic }, partition, lowest }: Progress) => ({ topic, partition, block: lowest!.block })

/** Everything behind the positions of a target; null where that is too much, or cannot be told. What was read before is not read again while the target stands where it stood. */
async function tailOf({ cluster, reader, places, tails }: OnItsWay, spans: Spans, target: string, models: ReadonlySet<string>): Promise<readonly Underway[] | null> {
  const parts = [...models].flatMap((model) => {
    const topic = places.canonical(model), { leaders = [] } = cluster.topic(topic) ?? {}
    return leaders.map((_, partition) => ({ model: model as ModelName, topic, id: places.idOf(topic), partition, reach: spans.reach('deliver', target, topic, places.idOf(topic), partition) }))
  })
  const ends = await offsetsOf(cluster, parts, 'lastStable'), stand = parts.map(({ reach }) => reach.whole).join(' '), before = tails.get(target)
  if (parts.some(({ reach }) => reach.gaps.length > 0) || parts.reduce((sum, { reach }, at) => sum + ends[at]! - reach.whole, 0) > mostOnTheWay) return null
  const known = before?.stand === stand ? before : null, underway = [...known?.underway ?? []]
  for (const [at, { model, topic, id, partition, reach }] of parts.entries()) for (let from = known?.ends[at] ?? reach.whole; from < ends[at]!;) {
    const { records, next } = await readSlice(cluster, { topic, id, partition, from })
    if (next === from) return null
    for (const record of records) {
      const said = await reader.said({ name: laneOf(model, partition), model }, record)
      if ('stray' in said) return null
      underway.push({ model, topic: said.topic, partition: said.partition, offset: said.seen.offset, hash: hash64(said.seen.effectKey) })
    }
    ends[at] = from = next
  }
  tails.set(target, { stand, ends, underway })
  return underway
}

/** Whether these records are exactly what has been emitted and not been read, model by model. */
function isWhatDiffers(found: ReturnType<typeof imbalances>, tail: readonly Underway[]): boolean {
  const byModel = Map.groupBy(tail, ({ model }) => model)
  return [...new Set([...byModel.keys(), ...found.map(({ model }) => model)])].every((model) => {
    const differs = found.find((it) => it.model === model), these = byModel.get(model ?? '') ?? []
    const count = differs === undefined ? 0n : differs.should.count - differs.is.count, hash = differs === undefined ? 0n : differs.should.hash - differs.is.hash
    return count === BigInt(these.length) && BigInt.asUintN(64, hash) === these.reduce((sum, it) => BigInt.asUintN(64, sum + it.hash), 0n)
  })
}

/** Where the chunk of the source begins that this offset lies in: how old its records are is what its receipt says. */
async function begunBefore(ledger: Ledger, { of: { source }, partition }: Progress, topicId: string, offset: number): Promise<number> {
  const begun = await ledger.receipt.findFirst({ where: { stage: 'translate', unit: source, topicId, partition, from: { lte: offset } }, orderBy: { from: 'desc' }, select: { from: true, next: true } })
  return begun === null ? 0 : Number(begun.next <= offset ? begun.next : begun.from)
}
