import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Receipt, ReceiptEntry } from '../../../canonical/models.generated.ts'
import { Books } from '../../runtime/books.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { verifiedThrough } from '../../runtime/verified.ts'
import { writeReceipts } from '../books/write-receipts.ts'
import { settleFinding } from '../findings/settle-finding.ts'
import { atFirst, type Cursor, lookAt } from './look.ts'
import type { Mark } from './marks.ts'
import { nextCursor } from './next-cursor.ts'
import { frontiers, verifiedRows } from './verified-rows.ts'
import { writeLook } from './write-look.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('balance')
  return () => ledger.$disconnect()
})

/** Eight records to a block. */
const stride = 512
type Fate = 'mapped' | 'filtered' | 'rejected'
interface Sent { readonly partition: number; readonly n: number; readonly time: number; readonly lane: number; fate: Fate | null; resentInBooks: boolean; read: boolean }
let runs = 0

/** A source of two partitions, a canonical topic of two and one target, as far as the books see them: every step may come at any time. */
class SimulatedHub {
  readonly topic = `source.${++runs}`
  readonly target = `target-${runs}`
  readonly #source = `shop-${runs}`
  readonly #canonical = `canonical.${runs}`
  readonly sent: Sent[][] = [[], []]
  readonly #translated = [0, 0]
  readonly #redrives = [0, 0]
  readonly #lanes: Sent[][] = [[], []]
  readonly #read = [0, 0]
  readonly #outbox: Receipt[][] = [[], []]
  readonly #queues: Receipt[][] = [[], []]
  readonly #inBooks = [0, 0]
  #now = 1_000
  #cursor: Cursor = atFirst
  readonly alarms: string[] = []
  readonly #guard: (mark: Mark) => Mark
  constructor(guard = (mark: Mark): Mark => mark) { this.#guard = guard }

  send(partition: number, lane: number): void { this.sent[partition]!.push({ partition, n: this.sent[partition]!.length, time: this.#now++, lane, fate: null, resentInBooks: false, read: false }) }

  translate(partition: number, count: number, fate: Fate, spoil?: (receipt: Receipt) => Receipt | null): void {
    const from = this.#translated[partition]!, these = this.sent[partition]!.slice(from, from + count), books = new Books()
    if (these.length === 0) return
    for (const it of these) {
      books.count(this.#origin(it), null, 'read', null)
      this.#becomes(it, fate, books)
    }
    this.#translated[partition] = from + these.length
    const receipt = this.#receipt('TRANSLATE', this.#source, this.topic, partition, from * stride, (from + these.length) * stride, books.entries(), these.map(({ time }) => time)), written = spoil ? spoil(receipt) : receipt
    if (written) this.#queues[partition]!.push(written)
  }
  #becomes(it: Sent, fate: Fate, books: Books): void {
    it.fate = fate
    books.count(this.#origin(it), null, fate, null)
    if (fate !== 'mapped') return
    books.count(this.#origin(it), 'a.v1', 'emitted', null, hashOf(it))
    this.#lanes[it.lane]!.push(it)
  }

  redrive(partition: number): void {
    const it = this.sent[partition]!.find(({ fate }) => fate === 'rejected')
    if (it === undefined) return
    const books = new Books(), at = this.#redrives[partition]!++
    books.uncount(this.#origin(it), null, 'rejected', null)
    this.#becomes(it, 'mapped', books)
    this.#queues[partition]!.push({ ...this.#receipt('TRANSLATE', this.#source, `redrive.${this.#source}`, partition, at, at + 1, books.entries(), []), topicId: 'R', oldest: null, newest: null, instance: `${it.n}` })
  }

  deliver(lane: number, count: number, spoil?: (receipt: Receipt) => Receipt | null): void {
    const from = this.#read[lane]!, these = this.#lanes[lane]!.slice(from, from + count), books = new Books()
    if (these.length === 0) return
    for (const it of these) {
      it.read = true
      for (const outcome of ['read', 'applied']) books.count(this.#origin(it), 'a.v1', outcome, null, hashOf(it))
    }
    this.#read[lane] = from + these.length
    const receipt = this.#receipt('DELIVER', this.target, this.#canonical, lane, from, from + these.length, books.entries(), these.map(({ time }) => time)), written = spoil ? spoil(receipt) : receipt
    if (written) this.#outbox[lane]!.push(written)
  }
  publish(lane: number): void { this.#queues[lane]!.push(...this.#outbox[lane]!.splice(0)) }

  async read(queue: number, count: number): Promise<void> {
    const from = this.#inBooks[queue]!, these = this.#queues[queue]!.slice(from, from + count)
    if (these.length === 0) return
    this.#inBooks[queue] = from + these.length
    for (const { topic, instance, partition } of these) if (topic.startsWith('redrive.')) this.sent[partition]![Number(instance)]!.resentInBooks = true
    await ledger.$transaction(async (tx) => {
      await writeReceipts(tx, these)
      await tx.position.upsert({ where: { topic_partition: { topic: `receipts-${this.topic}`, partition: queue } }, update: { next: this.#inBooks[queue]! }, create: { topic: `receipts-${this.topic}`, partition: queue, topicId: 'T', first: 0, next: this.#inBooks[queue]!, fence: 1 } })
    })
  }

  /** What the balance says now. */
  async look(): Promise<number> {
    const at = this.#now++, ends = new Map([[this.topic, this.sent.map(({ length }) => length * stride)]])
    const watched = [{ source: this.#source, topic: this.topic, feeds: [{ model: 'a.v1', target: this.target }], targets: [this.target] }]
    const look = await lookAt(ledger, watched, { idOf: () => 'T', ends, receipts: `receipts-${this.topic}`, canonical: () => this.#canonical }, this.#cursor)
    const next = await nextCursor(look, this.#cursor, async (_, n) => ({ [this.target]: this.#guard({
      look: n, canonical: Object.fromEntries(this.#lanes.map(({ length }, lane) => [`${this.#canonical}/${lane}`, length])), receipts: Object.fromEntries(this.#queues.map(({ length }, queue) => [`receipts/${queue}`, length])),
    }) }))
    const waiting = new Map([...frontiers(look.progress!)].map(([place, { partition, translated }]) => [place, this.sent[partition]![translated / stride]?.time ?? null]))
    const rows = verifiedRows(look, waiting, at)
    await ledger.$transaction(async (tx) => { this.alarms.push(...(await writeLook(tx, look, this.#cursor, next.look, rows)).map(({ kind, says }) => `${kind}: ${says}`)) })
    this.#cursor = next
    return verifiedThrough(rows.map(({ oldest, at: looked }) => ({ oldest: oldest === null ? null : new Date(oldest), at: new Date(looked) })))!
  }

  /** The oldest record that the target has not accounted for in truth. Of one that was refused and is sent again, the refusal stands until the books know better. */
  truth(): number {
    const open = this.sent.flat().filter(({ fate, read, resentInBooks, partition, n }) => fate === null || (fate === 'mapped' && !read && (resentInBooks || !this.#isRedriven(partition, n))))
    return Math.min(...open.map(({ time }) => time), Infinity)
  }
  #isRedriven(partition: number, n: number): boolean { return this.#queues[partition]!.some(({ topic, instance }) => topic.startsWith('redrive.') && instance === `${n}`) }

  /** Everything that is on its way arrives. */
  async drain(): Promise<void> {
    for (const lane of [0, 1]) { this.deliver(lane, 1_000); this.publish(lane) }
    for (const queue of [0, 1]) await this.read(queue, 1_000)
  }
  open(): Promise<string[]> { return ledger.finding.findMany({ where: { unit: { in: [this.target, this.#source] }, status: 'open' } }).then((all) => all.map(({ kind }) => kind)) }

  #origin({ partition, n }: Sent) { return { topic: this.topic, partition, offset: n * stride } }
  #receipt(stage: 'TRANSLATE' | 'DELIVER', unit: string, topic: string, partition: number, from: number, next: number, entries: ReceiptEntry[], times: number[]): Receipt {
    return { stage, unit, instance: 'one', topic, topicId: 'T', partition, from, next, revision: 0, mapping: 'm', at: (this.#now * 1_000) as Micros, newest: (Math.max(...times, 0) * 1_000) as Micros, oldest: (Math.min(...times, 1e9) * 1_000) as Micros, entries, answers: [] }
  }
}
const hashOf = ({ partition, n }: Sent): bigint => BigInt.asUintN(64, BigInt(n * 2 + partition + 1) * 0x9e3779b97f4a7c15n)

const two = fc.nat(1), some = fc.integer({ min: 1, max: 6 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('send'), two, two) }, { weight: 3, arbitrary: fc.tuple(fc.constant('translate'), two, some, fc.constantFrom<Fate>('mapped', 'mapped', 'mapped', 'filtered', 'rejected')) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('deliver'), two, some) }, { weight: 2, arbitrary: fc.tuple(fc.constant('publish'), two) }, { weight: 4, arbitrary: fc.tuple(fc.constant('read'), two, some) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('redrive'), two) }, { weight: 3, arbitrary: fc.constant(['look'] as const) },
)

describe('whatever comes in which order', () => {
  test('verified through is never later than the truth, nothing that is on its way is an alarm, and in the end everything is proven', { timeout: 170_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 90 }), async (steps) => {
      const hub = new SimulatedHub()
      for (const [what, ...args] of steps) {
        if (what === 'look') { const said = await hub.look(); expect(said).toBeLessThanOrEqual(hub.truth()) }
        else await (hub[what as 'send'] as (...given: unknown[]) => unknown)(...args)
      }
      for (const partition of [0, 1]) hub.translate(partition, 1_000, 'mapped')
      await hub.drain()
      for (let n = 0; n < 3; n++) await hub.look()
      expect(await hub.look()).toBeGreaterThan(Math.max(0, ...hub.sent.flat().map(({ time }) => time)))
      expect(hub.alarms).toEqual([])
    }), { numRuns: Number(process.env['RUNS'] ?? 40), interruptAfterTimeLimit: 100_000 })
  })
})

const onItsWay: Record<string, { begin: (hub: SimulatedHub) => Promise<void>; without: (mark: Mark) => Mark }> = {
  'records that the target has not read yet': { begin: async (hub) => { hub.send(0, 0); hub.translate(0, 1, 'mapped'); await hub.read(0, 1) }, without: (mark) => ({ ...mark, canonical: {} }) },
  'receipts of the translator that come after those of the target': { begin: async (hub) => { hub.send(1, 0); hub.translate(1, 1, 'mapped'); hub.deliver(0, 1); hub.publish(0); await hub.read(0, 1) }, without: (mark) => ({ ...mark, receipts: {} }) },
}
describe.each(Object.entries(onItsWay))('%s', (_, { begin, without }) => {
  const alarms = async (hub: SimulatedHub) => {
    await begin(hub)
    for (let n = 0; n < 4; n++) await hub.look()
    return hub.alarms.length
  }
  test('are no alarm', async () => { expect(await alarms(new SimulatedHub())).toBe(0) })
  test('control: without the ends that a mark asks for, they are', async () => { expect(await alarms(new SimulatedHub(without))).toBe(1) })
})

const fewer = (receipt: Receipt): Receipt => ({ ...receipt, entries: receipt.entries.map((it) => ({ ...it, count: it.count - 1 })) })
const others = (receipt: Receipt): Receipt => ({ ...receipt, entries: receipt.entries.map((it) => ({ ...it, hashSum: Buffer.alloc(8, 7) })) })
const lost = (): null => null

describe.each([
  ['a target that counts one record fewer', (hub: SimulatedHub) => hub.deliver(0, 4, fewer), ['balance.target']],
  ['a target that counts as many, and others', (hub: SimulatedHub) => hub.deliver(0, 4, others), ['balance.target']],
  ['a receipt of a target that is missing', (hub: SimulatedHub) => hub.deliver(0, 4, lost), ['balance.target']],
] as const)('%s', (_, spoil, kinds) => {
  test('is told of once, holds verified through before it, and lets its neighbours go on', async () => {
    const hub = new SimulatedHub()
    for (let n = 0; n < 12; n++) { hub.send(0, 0); hub.send(1, 1) }
    for (const partition of [0, 1]) hub.translate(partition, 12, 'mapped')
    spoil(hub)
    await hub.drain()
    const said = []
    for (let n = 0; n < 5; n++) { said.push(await hub.look()); hub.send(1, 1); hub.translate(1, 1, 'mapped'); await hub.drain() }
    expect(await hub.open()).toEqual(kinds)
    expect(hub.alarms).toHaveLength(1)
    expect(Math.max(...said)).toBeLessThanOrEqual(hub.sent[0]![0]!.time)
    expect((await ledger.verified.findMany({ where: { target: hub.target, partition: 1 } })).map(({ held }) => held)).toEqual([null])
  })
})

test('a receipt of the translator that is missing is told of at the source and at the target, and holds verified through before it', async () => {
  const hub = new SimulatedHub()
  for (let n = 0; n < 12; n++) hub.send(0, 0)
  hub.translate(0, 4, 'mapped')
  hub.translate(0, 4, 'mapped', lost)
  hub.translate(0, 4, 'mapped')
  await hub.drain()
  for (let n = 0; n < 4; n++) expect(await hub.look()).toBeLessThanOrEqual(hub.sent[0]![4]!.time)
  expect((await hub.open()).toSorted()).toEqual(['balance.source', 'balance.target'])
})

test('a translator that accounts for fewer records than it has read is told of', async () => {
  const hub = new SimulatedHub()
  for (let n = 0; n < 4; n++) hub.send(0, 0)
  hub.translate(0, 4, 'filtered', (receipt) => ({ ...receipt, entries: receipt.entries.filter(({ outcome }) => outcome === 'read') }))
  await hub.drain()
  await hub.look()
  expect(await hub.open()).toEqual(['balance.source'])
})

test('a difference that is mended later closes itself', async () => {
  const hub = new SimulatedHub()
  hub.send(0, 0)
  hub.translate(0, 1, 'mapped')
  let held: Receipt | undefined
  hub.deliver(0, 1, (receipt) => { held = receipt; return null })
  await hub.drain()
  // Something later is published, so the missing receipt is missing for certain.
  hub.send(0, 0)
  hub.translate(0, 1, 'mapped')
  await hub.drain()
  for (let n = 0; n < 3; n++) await hub.look()
  expect(await hub.open()).toEqual(['balance.target'])
  await ledger.$transaction((tx) => writeReceipts(tx, [held!]))
  expect(await hub.look()).toBeGreaterThan(hub.sent[0]![1]!.time)
  expect(await hub.open()).toEqual([])
})

test('a difference that is accepted opens the gate for exactly that difference: what arrives later leaves it so, and what is lost later is told of again', async () => {
  const hub = new SimulatedHub(), next = (spoil?: (receipt: Receipt) => Receipt | null) => { hub.send(0, 0); hub.translate(0, 1, 'mapped'); hub.deliver(0, 1, spoil) }
  const looks = async () => { await hub.drain(); let said = 0; for (let n = 0; n < 4; n++) said = await hub.look(); return said }
  const accepted = async () => (await ledger.acceptedDifference.findMany({ where: { target: hub.target } })).map(({ block, model, records }) => [block, model, records])
  for (let n = 0; n < 5; n++) next(n < 3 ? lost : undefined)
  expect(await looks()).toBeLessThanOrEqual(hub.sent[0]![0]!.time)
  const [finding] = await ledger.finding.findMany({ where: { unit: hub.target } })
  expect(finding).toMatchObject({ status: 'open', says: expect.stringContaining('3 never arrived') as string })
  await ledger.$transaction((tx) => settleFinding(tx, 'a command', 'accept', finding!.id))
  expect(await hub.look()).toBeGreaterThan(hub.sent[0]![4]!.time)
  expect(await accepted()).toEqual([[0n, 'a.v1', 3n]])
  next()
  await hub.drain()
  expect(await hub.look()).toBeGreaterThan(hub.sent[0]![5]!.time)
  expect([hub.alarms.length, await hub.open()]).toEqual([1, []])
  next(lost)
  next()
  expect(await looks()).toBeLessThanOrEqual(hub.sent[0]![6]!.time)
  expect([hub.alarms.length, await hub.open(), await accepted()]).toEqual([2, ['balance.target'], []])
})
