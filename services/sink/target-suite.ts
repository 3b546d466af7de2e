import { randomInt } from 'node:crypto'
import type { PoolClient } from 'pg'
import { expect, test } from 'vitest'
import { delivery, order } from './target-samples.ts'
import type { Moved } from '../runtime/topic-moved.ts'
import type { RouteSettings } from './route.ts'
import { OpenRejections } from './targets/open-rejections.ts'
import { Desk, tally } from './target-desk.ts'
import type { Account, Delivery, Hold, Input, Letter, Target, Verdict } from './targets/target.ts'

/** A target's outside system, fresh for one promise, and ways to look at it that do not go through the target. */
export interface Subject extends AsyncDisposable {
  /** Another process that feeds the same system. */
  open(): Promise<Target>
  /** What the system holds of orders: effect key and total, by entity. */
  held(): Promise<ReadonlyMap<string, { effectKey: string; total: string }>>
  /** Effect keys in the order in which the system took them; null where it keeps no log. */
  log(): Promise<readonly string[] | null>
  /** The delivery, so that the system refuses it. */
  refused(it: Delivery): Delivery
  /** Has the system refuse orders of this total; null: none any more. */
  refuse(total: string | null): Promise<void>
  /** Something else in the place of what holds floods back. */
  readonly flood?: RouteSettings['flood']
}

const input: Input = { topic: 'canonical.order.v1', topicId: '00ff', partition: 3 }
export const sampleInput = input
const orders = (count: number, version: number, total = '10') => Array.from({ length: count }, (_, n) => delivery('order.v1', { id: `o${n}`, version, content: order(`o${n}`, total) }))
const one = (id: string, version: number, total: string, more: { offset?: number; partition?: number; revision?: number } = {}) => delivery('order.v1', { id, version, content: order(id, total), ...more })
const gone = (id: string, version: number) => delivery('order.v1', { id, version, content: null })

/** A chunk through the target, with one letter, as the sink does it. */
export async function feed(target: Target, hold: Hold, from: number, deliveries: readonly Delivery[]): Promise<readonly Verdict[]> {
  let seen: readonly Verdict[] = []
  await target.apply(hold, { from, next: from + deliveries.length }, deliveries, (verdicts) => { seen = verdicts; return posted(letter(from)) })
  return seen
}
/** An account of nothing but letters. */
export const posted = (...letters: readonly Letter[]): Account => ({ letters, of: input, opened: [], closed: [] })
const letter = (from: number): Letter => ({ topic: 'hub.receipts', partition: null, key: Buffer.from('k'), value: Buffer.from(`${from}`) })
const outcomes = (verdicts: readonly Verdict[]) => verdicts.map((it) => it.outcome)
const lettersOf = async (target: Target) => (await target.letters([input], 1000)).map((it) => it.value.toString())

/** New orders, of which each n-th is one that the system refuses. */
const everyNth = (first: number, count: number, nth: number) => Array.from({ length: count }, (_, n) => one(`f${first + n}`, 1, n % nth === 0 ? '13' : '1'))
const waits = { name: 'Environment', code: 'target.refuses_many' }

/** Three records are read, and the one in the middle is refused; from then on the system takes it. */
async function refusedOnce(it: Subject, desk: Desk): Promise<void> {
  await it.refuse('13')
  await desk.deliver([one('a', 1, '1'), one('bad', 2, '13'), one('b', 1, '1')])
  expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 2, rejected: 1 })
  await it.refuse(null)
}

/** What every target promises. Each fails by throwing, so that a test can also show it failing where a guard was taken out. */
export const promises = {
  async 'a record is applied once, however often its chunk is replayed'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0), chunk = orders(20, 1)
    await feed(target, hold, 0, chunk)
    for (let again = 0; again < 3; again++) {
      await expect(feed(target, hold, 0, chunk)).rejects.toMatchObject({ name: 'Transient', code: 'lease.lost' })
      await expect(feed(target, (await target.take(input, 0)).hold, 0, chunk)).rejects.toMatchObject({ code: 'lease.lost' })
    }
    expect((await it.held()).size).toBe(20)
    expect(await lettersOf(target)).toEqual(['0'])
    const log = await it.log()
    if (log) expect([...log].sort()).toEqual(chunk.map((each) => each.meta.effectKey).sort())
  },
  async 'a state that is there already changes nothing'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0), chunk = orders(5, 1)
    expect(outcomes(await feed(target, hold, 0, chunk))).toEqual(chunk.map(() => 'applied'))
    expect(outcomes(await feed(target, hold, 5, chunk))).toEqual(chunk.map(() => 'duplicate'))
    const log = await it.log()
    if (log) expect(log.length).toBe(5)
  },
  async 'an older state never overwrites a newer one'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    await feed(target, hold, 0, [one('a', 7, '70'), one('b', 7, '71')])
    expect(outcomes(await feed(target, hold, 2, [one('a', 6, '60'), one('b', 8, '80')]))).toEqual(['stale', 'applied'])
    expect(outcomes(await feed(target, hold, 4, [one('b', 7, '71'), one('b', 9, '90'), one('b', 8, '80')]))).toEqual(['superseded', 'applied', 'superseded'])
    const held = await it.held()
    expect([held.get('sample:a')?.total, held.get('sample:b')?.total]).toEqual(['70', '90'])
  },
  async 'a raised revision passes, equal versions go by their origin, and what nobody can order is a conflict'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    await feed(target, hold, 0, [one('a', 7, '1', { offset: 10 }), one('b', 7, '1', { offset: 10 }), one('c', 7, '1', { offset: 10 })])
    const verdicts = await feed(target, hold, 3, [one('a', 7, '2', { revision: 1 }), one('b', 7, '3', { offset: 11 }), one('c', 7, '4', { offset: 99, partition: 1 })])
    expect(verdicts.map((verdict) => [verdict.outcome, 'reason' in verdict ? verdict.reason : null])).toEqual([['applied', null], ['applied', null], ['stale', 'conflict']])
    expect(outcomes(await feed(target, hold, 6, [one('b', 7, '1', { offset: 10 })]))).toEqual(['stale'])
    expect([...(await it.held()).values()].map((row) => row.total).sort()).toEqual(['1', '2', '3'])
  },
  async 'a deleted entity is not brought back by an older state'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    await feed(target, hold, 0, [one('a', 1, '1'), one('b', 1, '1')])
    expect(outcomes(await feed(target, hold, 2, [gone('a', 5), gone('never-seen', 5)]))).toEqual(['applied', 'applied'])
    expect(outcomes(await feed(target, hold, 4, [one('a', 4, '4'), one('never-seen', 4, '4'), gone('b', 1)]))).toEqual(['stale', 'stale', 'stale'])
    expect([...(await it.held()).keys()]).toEqual(['sample:b'])
    expect(outcomes(await feed(target, hold, 7, [one('a', 6, '6'), gone('a', 5)]))).toEqual(['applied', 'superseded'])
    expect((await it.held()).get('sample:a')?.total).toBe('6')
  },
  async 'of two owners the fenced one has no effect'(it) {
    const before = await it.open(), after = await it.open()
    const old = await before.take(input, 0), now = await after.take(input, 0)
    await expect(feed(before, old.hold, 0, orders(3, 1, '1'))).rejects.toMatchObject({ name: 'Transient', code: 'lease.lost' })
    expect((await it.held()).size).toBe(0)
    await feed(after, now.hold, 0, orders(2, 1, '2'))
    await expect(feed(before, old.hold, 2, orders(3, 9, '9'))).rejects.toMatchObject({ code: 'lease.lost' })
    expect([...(await it.held()).values()].map((row) => row.total)).toEqual(['2', '2'])
    expect(await lettersOf(after)).toEqual(['0'])
  },
  async 'a crash between effect and position neither loses nor doubles'(it) {
    const first = await it.open(), { hold } = await first.take(input, 0), chunk = [...orders(10, 1), one('o3', 2, '20')]
    await expect(first.apply(hold, { from: 0, next: 11 }, chunk, () => { throw new Error('the process ends here') })).rejects.toThrow('ends here')
    const second = await it.open(), again = await second.take(input, 0)
    expect(again.position).toBe(0)
    // What the successor reads may be cut otherwise, and end in a newer state.
    const verdicts = [...await feed(second, again.hold, 0, chunk.slice(0, 5)), ...await feed(second, again.hold, 5, [...chunk.slice(5), one('o4', 3, '30')])]
    expect(verdicts.length).toBe(12)
    const held = await it.held()
    expect([held.size, held.get('sample:o3')?.total, held.get('sample:o4')?.total]).toEqual([10, '20', '30'])
    const log = await it.log()
    if (log) expect(new Set(log).size).toBe(log.length)
    expect(await lettersOf(second)).toEqual(['0', '5'])
  },
  async 'the states of an entity take effect in their order'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    for (let chunk = 0; chunk < 5; chunk++) await feed(target, hold, chunk * 40, Array.from({ length: 40 }, (_, n) => one(`e${n % 4}`, chunk * 10 + Math.floor(n / 4) + 1, `${chunk * 10 + Math.floor(n / 4) + 1}`)))
    expect([...(await it.held()).values()].map((row) => row.total)).toEqual(['50', '50', '50', '50'])
    const seen = new Map<string, number>()
    for (const key of await it.log() ?? []) {
      const [, entity, version] = /\/(.+)@(\d+)\./.exec(key)!
      expect(Number(version)).toBeGreaterThan(seen.get(entity!) ?? 0)
      seen.set(entity!, Number(version))
    }
  },
  async 'one bad record does not stop its neighbours'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    const chunk = [...orders(9, 1), it.refused(one('o4', 2, '99')), one('o5', 2, '55'), it.refused(one('bad', 1, '1'))]
    const verdicts = await feed(target, hold, 0, chunk)
    expect(verdicts[9]).toMatchObject({ outcome: 'rejected', problems: [{}] })
    expect(verdicts[11]).toMatchObject({ outcome: 'rejected' })
    expect(verdicts.filter((verdict) => verdict.outcome === 'rejected').length).toBe(2)
    const held = await it.held()
    expect([held.size, held.get('sample:o4')?.total, held.get('sample:o5')?.total, held.has('sample:bad')]).toEqual([9, '10', '55', false])
    expect((await target.take(input, 0)).position).toBe(12)
  },
  async 'the position survives a restart'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    await feed(target, hold, 0, orders(4, 1))
    await target.apply(hold, { from: 4, next: 9 }, [], () => posted())
    expect((await (await it.open()).take(input, 0)).position).toBe(9)
    await expect(target.take({ ...input, topicId: '0bad' }, 0)).rejects.toMatchObject({ name: 'Stopped', code: 'position.topic_recreated' })
  },
  async 'a topic of another id is gone on with where a person has said so, with its position and what is open'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0), now = '0bad'
    const open = { offset: 2, attempt: 1, code: 'target.refused', entity: 'sample:o2', version: 1, revision: 0, counted: { origin: { topic: 'source.a', partition: 0, offset: 2 }, hash: 5n, totals: {} } }
    await target.apply(hold, { from: 0, next: 9 }, [], () => ({ ...posted(), opened: [open] }))
    const asked: Moved[] = [], told = (answer: boolean) => ({ ...input, topicId: now, adopted: (moved: Moved) => { asked.push(moved); return answer } })
    await expect(target.take(told(false), 0)).rejects.toMatchObject({ code: 'position.topic_recreated' })
    expect((await target.take(input, 0)).position).toBe(9)
    const taken = await target.take(told(true), 0)
    expect([taken.position, asked.length, asked[1]]).toEqual([9, 2, { topic: input.topic, partition: input.partition, was: input.topicId, now, position: 9, first: null }])
    expect(await target.openRejections.at(taken.hold, [2])).toEqual([open])
    // Who held it under the old id is fenced, and the old topic is the other one from now on.
    await expect(feed(target, hold, 9, orders(1, 1))).rejects.toMatchObject({ code: 'lease.lost' })
    await expect(target.take(input, 0)).rejects.toMatchObject({ code: 'position.topic_recreated' })
  },
  async 'every record read has exactly one outcome'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    for (let chunk = 0, from = 0; chunk < 8; chunk++) {
      const records = Array.from({ length: 30 }, () => { const id = `r${randomInt(12)}`, version = randomInt(1, 20); return randomInt(9) === 0 ? gone(id, version) : one(id, version, `${version}`) })
      const verdicts = await feed(target, hold, from, records)
      expect(verdicts.length).toBe(30)
      expect(outcomes(verdicts).every((outcome) => ['applied', 'superseded', 'stale', 'duplicate'].includes(outcome))).toBe(true)
      from += 30
    }
  },
  async 'exact numbers arrive unchanged'(it) {
    const target = await it.open(), { hold } = await target.take(input, 0)
    const numbers = ['9223372036854775807', '1465491411815437158', '0.1', '14.3999996', '0.000000001', '-99999999999999999999999999999.999999999']
    await feed(target, hold, 0, numbers.map((number, n) => one(`n${n}`, 1, number)))
    const held = await it.held()
    expect(numbers.map((_, n) => held.get(`sample:n${n}`)?.total)).toEqual(numbers)
  },
  async 'a record redriven twice is written once, and the second time is answered with already'(it) {
    const desk = await Desk.open(await it.open())
    await refusedOnce(it, desk)
    // Twice in one chunk and once more in another: whoever sends it how often.
    await desk.redrive([{ offset: 1, attempt: 1 }, { offset: 1, attempt: 1 }])
    await desk.redrive([{ offset: 1, attempt: 1 }])
    expect((await desk.answers()).map((answer) => answer.outcome).sort()).toEqual(['already', 'already', 'applied'])
    expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 3 })
    expect((await it.held()).get('sample:bad')?.total).toBe('13')
    const log = await it.log()
    if (log) expect(log.length).toBe(3)
  },
  async 'a discarded record is not written by a later redrive'(it) {
    const desk = await Desk.open(await it.open())
    await refusedOnce(it, desk)
    await desk.redrive([{ offset: 1, attempt: 1, ask: 'discard' }])
    await desk.redrive([{ offset: 1, attempt: 1 }])
    expect((await desk.answers()).map((answer) => answer.outcome)).toEqual(['discarded', 'already'])
    expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 2, discarded: 1 })
    expect((await it.held()).has('sample:bad')).toBe(false)
  },
  async 'a record that is refused again stays open with the next attempt, and the order before does nothing'(it) {
    const desk = await Desk.open(await it.open())
    await refusedOnce(it, desk)
    await it.refuse('13')
    await desk.redrive([{ offset: 1, attempt: 1 }])
    await it.refuse(null)
    await desk.redrive([{ offset: 1, attempt: 1 }])
    expect((await it.held()).has('sample:bad')).toBe(false)
    await desk.redrive([{ offset: 1, attempt: 2 }])
    expect((await desk.answers()).map((answer) => `${answer.attempt} ${answer.outcome}`)).toEqual(['1 rejected', '1 already', '2 applied'])
    expect((await desk.rejections()).map(({ attempt, originOffset, value }) => [attempt, originOffset, value?.length])).toEqual([[1, 1, expect.any(Number)], [2, 1, expect.any(Number)]])
    expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 3 })
    expect((await it.held()).get('sample:bad')?.total).toBe('13')
  },
  async 'a redrive of an owner that was fenced has no effect'(it) {
    const before = await Desk.open(await it.open())
    await refusedOnce(it, before)
    const after = await before.successor(await it.open())
    await expect(before.redrive([{ offset: 1, attempt: 1 }])).rejects.toMatchObject({ name: 'Transient', code: 'lease.lost' })
    expect((await it.held()).has('sample:bad')).toBe(false)
    await after.redrive([{ offset: 1, attempt: 1 }])
    expect((await after.answers()).map((answer) => answer.outcome)).toEqual(['applied'])
    expect(tally(await after.receipts())).toEqual({ read: 3, applied: 3 })
  },
  async 'a refused state closes itself when a newer one is there'(it) {
    const desk = await Desk.open(await it.open())
    await refusedOnce(it, desk)
    await desk.deliver([one('bad', 3, '30')])
    expect((await desk.answers()).map(({ rejection, ...answer }) => [rejection.split('/').at(-3), answer])).toEqual([['1', { attempt: 1, outcome: 'superseded', reason: 'newer-version' }]])
    await desk.redrive([{ offset: 1, attempt: 1 }])
    expect((await desk.answers()).map((answer) => answer.outcome)).toEqual(['superseded', 'already'])
    expect(tally(await desk.receipts())).toEqual({ read: 4, applied: 3, superseded: 1 })
    expect((await it.held()).get('sample:bad')?.total).toBe('30')
  },
  async 'of a state that was refused twice, a redrive of the newer one closes the older'(it) {
    const desk = await Desk.open(await it.open())
    await it.refuse('13')
    await desk.deliver([one('bad', 2, '13')])
    await desk.deliver([one('bad', 3, '13'), one('good', 1, '1')])
    await it.refuse(null)
    await desk.redrive([{ offset: 1, attempt: 1 }, { offset: 0, attempt: 1 }])
    expect((await desk.answers()).map((answer) => answer.outcome).sort()).toEqual(['applied', 'superseded'])
    expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 2, superseded: 1 })
    await desk.redrive([{ offset: 1, attempt: 1 }, { offset: 0, attempt: 1 }])
    expect((await desk.answers()).slice(2).map((answer) => answer.outcome)).toEqual(['already', 'already'])
  },
  async 'a refused state that is older than what is held waits for nobody'(it) {
    const desk = await Desk.open(await it.open()), same = one('b', 5, '13')
    await desk.deliver([one('a', 5, '1'), same])
    await it.refuse('13')
    await desk.deliver([one('a', 4, '13'), same, one('c', 1, '13')])
    expect(tally(await desk.receipts())).toEqual({ read: 5, applied: 2, stale: 1, duplicate: 1, rejected: 1 })
    expect((await desk.rejections()).map(({ entity }) => entity)).toEqual(['sample:c'])
  },
  async 'many entities that are refused for one cause wait, and are taken once the system takes them; a few are rejected'(it) {
    const desk = await Desk.open(await it.open(), 'order.v1', it.flood === undefined ? {} : { flood: it.flood })
    await it.refuse('13')
    await desk.deliver(everyNth(0, 100, 25))
    expect(tally(await desk.receipts())).toEqual({ read: 100, applied: 96, rejected: 4 })
    const flood = everyNth(100, 100, 10)
    await expect(desk.deliver(flood)).rejects.toMatchObject(waits)
    await expect(desk.deliver(flood)).rejects.toMatchObject(waits)
    expect(tally(await desk.receipts())).toEqual({ read: 100, applied: 96, rejected: 4 })
    await it.refuse(null)
    await expect(desk.deliver(flood)).resolves.toBeUndefined()
    await desk.deliver([one('late', 1, '13')])
    expect(tally(await desk.receipts())).toEqual({ read: 201, applied: 197, rejected: 4 })
    expect((await it.held()).size).toBe(197)
    const log = await it.log()
    if (log) expect([log.length, new Set(log).size]).toEqual([197, 197])
  },
} satisfies Record<string, (it: Subject) => Promise<void>>
export type PromiseName = keyof typeof promises

/** Registers every promise as a test. A waiver says why this target cannot keep one. */
export function targetSuite(fresh: () => Promise<Subject>, waivers: Partial<Record<PromiseName, string>> = {}): void {
  for (const [name, keep] of Object.entries(promises) as [PromiseName, (it: Subject) => Promise<void>][]) {
    const waived = waivers[name]
    if (waived !== undefined) test.skip(`${name} (waived: ${waived})`, () => {})
    else test(name, async () => { await using subject = await fresh(); await keep(subject) })
  }
}

/** Shows that a promise depends on a guard: with it taken out, the promise has to break. */
export function withoutGuard(guard: string, promise: PromiseName, fresh: () => Promise<Subject>): void {
  test(`without ${guard} it would not hold that ${promise}`, async () => {
    await using subject = await fresh()
    await expect(promises[promise](subject)).rejects.toMatchObject({ name: 'AssertionError' })
  })
}

/** The same for what holds floods back. */
export function withoutFlood(fresh: () => Promise<Subject>): void {
  withoutGuard('a look at how many are refused', 'many entities that are refused for one cause wait, and are taken once the system takes them; a few are rejected', async () => ({ ...await fresh(), flood: { enter: () => () => {}, judge: () => {} } }))
}

/** The same for what a target keeps of open rejections: nothing is ever closed, or no attempt is written down. */
export function withoutOpenRejections(fresh: (open: typeof OpenRejections) => Promise<Subject>): void {
  class NeverClosed extends OpenRejections { override change(client: PoolClient, { of, letters, opened }: Account) { return super.change(client, { of, letters, opened, closed: [] }) } }
  class FirstAttempt extends OpenRejections {
    override change(client: PoolClient, { of, letters, opened, closed }: Account) { return super.change(client, { of, letters, closed, opened: opened.map((it) => ({ ...it, attempt: 1 })) }) }
  }
  for (const promise of ['a record redriven twice is written once, and the second time is answered with already', 'a discarded record is not written by a later redrive', 'a refused state closes itself when a newer one is there'] as const) withoutGuard('closing rejections', promise, () => fresh(NeverClosed))
  withoutGuard('the attempt', 'a record that is refused again stays open with the next attempt, and the order before does nothing', () => fresh(FirstAttempt))
}
