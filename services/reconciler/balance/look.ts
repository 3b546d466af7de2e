import { blockSize } from '../../runtime/books.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { type Accepted, groupsOf, withoutAccepted } from './accepted.ts'
import { type Imbalance, imbalances } from './block-balance.ts'
import { isPassed, type Mark, place } from './marks.ts'
import { isProven, type OpenBlock, throughOf } from './proven.ts'
import { type Before, type BlockRow, blocksAtOnce, keyOf, type OpenRow, type Prefix, Snapshot } from './snapshot.ts'
import { type Gap, type Reach, Spans } from './spans.ts'
import type { Watched } from './watched.ts'

/** What the job remembers from look to look. `gaps`: what was told of. */
export interface Cursor { readonly look: number; readonly marks: Readonly<Record<string, Mark>>; readonly settled: Readonly<Record<string, number>>; readonly gaps: Readonly<Record<string, readonly string[]>> }
export const atFirst: Cursor = { look: 0, marks: {}, settled: {}, gaps: {} }

/** A block that was looked at because somebody has counted in it. */
export interface Looked { readonly it: BlockRow; readonly of: Watched; readonly found: readonly Imbalance[]; readonly accepted: readonly Accepted[]; readonly before: ReadonlyMap<string, Before>; /** Targets that it is not balanced for, empty for the source itself, and whether nothing of it is proven. */ readonly open: ReadonlyMap<string, boolean> }
/** A block that is settled and differs. */
export interface Settled { readonly it: BlockRow; readonly of: Watched; readonly target: string; readonly found: readonly Imbalance[]; readonly abouts: readonly string[]; /** By model: ranges that the target went on behind, since its topic did not hold them any more. */ readonly passedOver: ReadonlyMap<string, readonly string[]> }
/** How far a target is, as this look shows. `from`: where the time of the oldest record has to be looked up. */
export interface Progress { readonly of: Watched; readonly target: string; readonly partition: number; readonly translated: number; readonly through: number; readonly lowest: OpenBlock | null; readonly others: number | null; readonly from: number | null; readonly differs: boolean }
export interface Look { readonly looked: readonly Looked[]; readonly settled: readonly Settled[]; readonly gaps: readonly { readonly of: Watched; readonly partition: number; readonly gap: Gap }[]; readonly passed: readonly string[]; readonly untold: ReadonlyMap<string, number>; /** Null: there are more blocks to look at. */ readonly progress: readonly Progress[] | null; readonly prefixes: ReadonlyMap<string, number> }

/** Ends of all topics that a look is about, by topic; and their ids. */
export interface Places { readonly idOf: (topic: string) => string; readonly ends: ReadonlyMap<string, readonly number[]>; readonly receipts: string; readonly canonical: (model: string) => string }

/** Looks at one instant of the ledger. */
export const lookAt = (ledger: Ledger, all: readonly Watched[], places: Places, cursor: Cursor): Promise<Look> => Snapshot.take(ledger, async (snapshot) => {
  const byTopic = new Map(all.map((it) => [it.topic, it])), spans = new Spans(await snapshot.spans()), read = await snapshot.read(places.receipts)
  const translated = ({ source, topic }: Watched, partition: number): Reach => spans.reach('translate', source, topic, places.idOf(topic), partition)
  const changed = await snapshot.changed([...byTopic.keys()]), these = changed.slice(0, blocksAtOnce)
  const held = await snapshot.unbalanced(these)
  const countedIn = async (blocks: readonly BlockRow[]) => new Map((await snapshot.lines(blocks)).map((it) => [keyOf(it), it.counted]))
  const counted = await countedIn(these)
  const groups = new Map(these.map((it) => { const of = byTopic.get(it.topic)!; return [keyOf(it), groupsOf(it, of.source, imbalances(counted.get(keyOf(it))!, of.source, of.feeds))] }))
  const marks = await snapshot.accepted([...groups.values()].flatMap((all) => all.map(({ id }) => id)))
  const looked = these.map((it): Looked => {
    const of = byTopic.get(it.topic)!, { open: found, accepted } = withoutAccepted(groups.get(keyOf(it))!, marks), before = held.get(keyOf(it)) ?? new Map<string, Before>()
    return { it, of, found, accepted, before, open: new Map([...new Set(found.map(({ target }) => target))].map((target) => [target, it.resent || before.get(target)?.whole === true])) }
  })

  // What is left open at a mark that was passed is settled, if nobody has counted in it since.
  const passed = Object.entries(cursor.marks).filter(([target, mark]) => isPassed(mark, (at) => delivered(spans, places, target, at), (at) => read.get(Number(at.slice(at.lastIndexOf('/') + 1))) ?? 0)).map(([target]) => target)
  const settled: Settled[] = [], passedOver = await snapshot.passedOver()
  const behind = (of: Watched, target: string) => new Map(of.feeds.map(({ model }) => [model, passedOver.get(`${target} ${places.canonical(model)}`) ?? []]))
  for (const target of new Set([...passed, ...Object.keys(cursor.settled)])) {
    const look = passed.includes(target) ? cursor.marks[target]!.look : cursor.settled[target]!
    const blocks = await snapshot.settled(target, look), now = await countedIn(blocks)
    for (const it of blocks) {
      const of = byTopic.get(it.topic)
      if (of) settled.push({ it, of, target, passedOver: behind(of, target), abouts: it.abouts, found: imbalances(now.get(keyOf(it))!, of.source, of.feeds).filter((found) => found.target === target) })
    }
  }
  // The sources' own books: each receipt balances in itself, so there is nothing to wait for.
  for (const { it, of, found, before } of looked) if (found.some(({ target }) => target === '')) settled.push({ it, of, target: '', passedOver: new Map(), abouts: before.get('')?.abouts ?? [], found: found.filter(({ target }) => target === '') })

  const gaps = all.flatMap((of) => (places.ends.get(of.topic) ?? []).flatMap((_, partition) => translated(of, partition).gaps.map((gap) => ({ of, partition, gap }))))
  const open = await snapshot.open(), untold = new Map<string, number>()
  for (const { target, untold: at } of open) if (at !== null) untold.set(target, Math.max(untold.get(target) ?? 0, at))
  if (changed.length > blocksAtOnce) return { looked, settled, gaps, passed, untold, progress: null, prefixes: new Map() }
  const proven = await snapshot.proven()
  const progress = all.flatMap((of) => of.targets.flatMap((target) => (places.ends.get(of.topic) ?? []).map((_, partition) =>
    progressOf(of, target, partition, translated(of, partition).whole, proven.get(`${target} ${place(of.topic, partition)}`) ?? 0, open, looked))))
  return { looked, settled, gaps, passed, untold, progress, prefixes: await snapshot.prefixes(prefixesOf(progress, places)) }
})

/** Whose records' times have to be looked up: those behind the part of an open block that is proven. */
export const prefixesOf = (progress: readonly Progress[], { idOf }: Pick<Places, 'idOf'>): Prefix[] => progress.flatMap(({ of, partition, lowest, from }) =>
  (from === null ? [] : [{ source: of.source, topic: of.topic, topicId: idOf(of.topic), partition, from, next: (lowest!.block + 1) * blockSize }]))

function progressOf(of: Watched, target: string, partition: number, translated: number, before: number, open: readonly OpenRow[], looked: readonly Looked[]): Progress {
  const isHere = (it: { topic: string; partition: number }) => it.topic === of.topic && it.partition === partition
  const rows = open.filter((it) => isHere(it) && (it.target === target || it.target === ''))
  const now = looked.flatMap(({ it, open: these }): OpenBlock[] => (isHere(it) && (these.has(target) || these.has('')) ? [{ ...it, whole: these.get(target) ?? true }] : []))
  const blocks = [...rows, ...now].toSorted((a, b) => a.block - b.block), lowest = blocks[0] ?? null
  // A block may be open for the source and for the target.
  const others = [...blocks.filter(({ block }) => block !== lowest?.block), ...rows.map(({ others: oldest }) => ({ oldest }))].flatMap(({ oldest }) => oldest ?? [])
  const whole = lowest === null ? null : { ...lowest, whole: blocks.some((it) => it.block === lowest.block && it.whole) }
  return {
    of, target, partition, translated, lowest: whole, others: others.length === 0 ? null : Math.min(...others), through: throughOf({ translated, before, lowest: whole }),
    from: whole !== null && isProven(before, whole) ? before : null, differs: rows.some((it) => it.told),
  }
}

function delivered(spans: Spans, { idOf }: Places, target: string, at: string): number {
  const slash = at.lastIndexOf('/'), topic = at.slice(0, slash)
  return spans.reach('deliver', target, topic, idOf(topic), Number(at.slice(slash + 1))).most
}
