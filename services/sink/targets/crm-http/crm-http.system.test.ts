import { randomBytes, randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { crmApi } from '../../../../deploy/local/crm/api.ts'
import { Store, type Effect } from '../../../../deploy/local/crm/store.ts'
import type { Misbehaviour } from '../../../../deploy/local/crm/misbehaviour.ts'
import { testHub } from '../../../../test/hub.ts'
import { Desk, tally } from '../../target-desk.ts'
import { delivery, order } from '../../target-samples.ts'
import { feed, sampleInput, targetSuite, withoutFlood, withoutGuard, withoutOpenRejections, type Subject } from '../../target-suite.ts'
import { openPool } from '../postgres-pool.ts'
import type { Delivery } from '../target.ts'
import { CrmHttp, crmGuards } from './crm-http.ts'
import held from './held.ts'
import mapping from './mapping.ts'
import { Sender } from './sender.ts'

const hub = testHub('crm')

interface Crm extends Subject { stateUrl: string; misbehave(how: Partial<Misbehaviour>): Promise<void>; effects(): readonly Effect[] }

/** The sample CRM itself, on a free port. */
async function crm(guards = crmGuards, timeoutMs = 2_000): Promise<Crm> {
  const name = randomBytes(4).toString('hex')
  const stateUrl = await hub.createDatabase(name)
  const store = new Store(join(hub.folder, name), ['customers', 'orders'])
  const server = crmApi(store)
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened: CrmHttp[] = []
  const misbehave = async (how: Partial<Misbehaviour>) => { await fetch(`${url}/misbehave`, { method: 'POST', body: JSON.stringify(how) }) }
  return {
    stateUrl,
    async open() {
      const target = new CrmHttp({ name: 'crm-http', state: openPool(stateUrl, 3), sender: new Sender({ url, token: null, atOnce: 8, timeoutMs, patienceMs: 10_000 }), resources: mapping, atOnce: 8, history: true }, guards)
      opened.push(target)
      await target.open()
      return target
    },
    async held() {
      const { items } = await (await fetch(`${url}/orders?limit=10000`)).json() as { items: { id: string; effectKey: string; total: string }[] }
      return new Map(items.map((it) => [it.id, { effectKey: it.effectKey, total: it.total }]))
    },
    // What the item says, not the key that it came under: those are unique in any case.
    log: async () => store.effects.map((it) => (it.body as { effectKey: string } | null)?.effectKey ?? it.key),
    effects: () => store.effects,
    refused: (it: Delivery) => ({ ...it, content: { ...it.content, note: 'before\u0000after' } }),
    refuse: async (total) => { await misbehave({ repeatRefusals: true, ...(total === null ? {} : { refuse: total }) }) },
    misbehave,
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((it) => it.close()))
      server.closeAllConnections()
      await new Promise((done) => { server.close(done) })
      store.close()
    },
  }
}

describe('crm-http', () => { targetSuite(() => crm()) })

describe('the guards of crm-http matter', () => {
  const everyone = { ...crmGuards.position, advance: async () => {} }
  withoutGuard('the fence', 'of two owners the fenced one has no effect', () => crm({ ...crmGuards, position: everyone }))
  withoutGuard('the fence', 'a redrive of an owner that was fenced has no effect', () => crm({ ...crmGuards, position: everyone }))
  withoutGuard('a key for each attempt', 'a record redriven twice is written once, and the second time is answered with already', () => crm({ ...crmGuards, keyOf: ({ meta }) => meta.effectKey }))
  withoutFlood(() => crm())
  withoutGuard('comparing versions', 'a refused state that is older than what is held waits for nobody', () => crm({ ...crmGuards, compare: () => 'newer' }))
  withoutGuard('a key for each try', 'many entities that are refused for one cause wait, and are taken once the system takes them; a few are rejected', () => crm({ ...crmGuards, keyOf: (claim) => crmGuards.keyOf({ ...claim, tries: 1 }) }))
  withoutOpenRejections((open) => crm({ ...crmGuards, open }))
  withoutGuard('comparing versions', 'an older state never overwrites a newer one', () => crm({ ...crmGuards, compare: () => 'newer' }))
  withoutGuard('one key for each effect', 'a crash between effect and position neither loses nor doubles', () => crm({ ...crmGuards, keyOf: () => randomUUID() }))
})

const states = (count: number, versions: number) => Array.from({ length: count * versions }, (_, n) => delivery('order.v1', { id: `o${n % count}`, version: Math.floor(n / count) + 1, content: order(`o${n % count}`, `${Math.floor(n / count) + 1}`) }))

/** Feeds everything in chunks; a chunk that failed is taken up again where the target stands. */
async function feedAll(it: Crm, deliveries: readonly Delivery[], chunk: number): Promise<Record<string, number>> {
  const target = await it.open(), counts: Record<string, number> = {}
  let { hold, position } = await target.take(sampleInput, 0)
  while (position < deliveries.length) {
    const verdicts = await feed(target, hold, position, deliveries.slice(position, position + chunk)).catch((error: Error) => { if (error.name !== 'Transient') throw error; return [] })
    for (const { outcome } of verdicts) counts[outcome] = (counts[outcome] ?? 0) + 1
    ;({ hold, position } = await target.take(sampleInput, 0))
  }
  return counts
}
function onceEachAndInOrder(effects: readonly Effect[]): void {
  const keys = effects.map((it) => (it.body as { effectKey: string }).effectKey)
  expect(new Set(keys).size).toBe(keys.length)
  const last = new Map<string, number>()
  for (const { id, body } of effects) {
    const { version } = body as { version: number }
    expect(version).toBeGreaterThan(last.get(id) ?? 0)
    last.set(id, version)
  }
}

describe('an API that misbehaves', () => {
  const bad = { error500: 0.1, dropAnswerAfterActing: 0.15, rate429: 0.05, retryAfter: 0.05, seed: 7 }

  test('errors, lost answers and rate limits double nothing and reorder nothing', async () => {
    await using it = await crm()
    await it.misbehave(bad)
    const counts = await feedAll(it, states(40, 5), 60)
    onceEachAndInOrder(it.effects())
    expect([...(await it.held()).values()].every(({ total }) => total === '5')).toBe(true)
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(200)
    expect(counts['applied']).toBe(it.effects().length)
  })

  test('without one key for each effect the same misbehaviour doubles effects', async () => {
    await using it = await crm({ ...crmGuards, keyOf: () => randomUUID() })
    await it.misbehave(bad)
    await feedAll(it, states(40, 5), 60)
    expect(() => { onceEachAndInOrder(it.effects()) }).toThrow(expect.objectContaining({ name: 'AssertionError' }))
  })

  test('a request that times out after the API has acted is one effect', async () => {
    await using it = await crm(crmGuards, 150)
    await it.misbehave({ delayMs: 600 })
    // What has acted by then is not answered in time; what comes after it is.
    const acted = async () => { while (it.effects().length === 0) await sleep(20); await it.misbehave({}) }
    await Promise.all([feedAll(it, states(5, 1), 5), acted()])
    onceEachAndInOrder(it.effects())
    expect(it.effects().length).toBe(5)
  })

  test('an owner that was cut off after claiming is finished by its successor before anything newer', async () => {
    await using it = await crm()
    const first = await it.open(), { hold } = await first.take(sampleInput, 0)
    await it.misbehave({ refuse401: 1 })
    await expect(feed(first, hold, 0, states(3, 1))).rejects.toMatchObject({ name: 'Environment', code: 'target.not_allowed' })
    await it.misbehave({})
    const counts = await feedAll(it, states(3, 2), 100)
    onceEachAndInOrder(it.effects())
    expect([it.effects().length, counts]).toEqual([6, { applied: 6 }])
  })

  test('what an API has taken of a chunk that waits is not sent again, and what it has refused is asked about again by a successor too', async () => {
    await using it = await crm()
    await it.refuse('13')
    const desk = await Desk.open(await it.open()), chunk = Array.from({ length: 100 }, (_, n) => delivery('order.v1', { id: `o${n}`, version: 1, content: order(`o${n}`, n % 10 === 0 ? '13' : '1') }))
    await expect(desk.deliver(chunk)).rejects.toMatchObject({ code: 'target.refuses_many' })
    expect(it.effects().length).toBe(90)
    await it.refuse(null)
    // Who comes after reads in other pieces, and ends in a newer state.
    const after = await desk.successor(await it.open())
    await after.deliver(chunk.slice(0, 55))
    await after.deliver([...chunk.slice(55), delivery('order.v1', { id: 'o60', version: 2, content: order('o60', '2') })])
    expect(tally(await after.receipts())).toEqual({ read: 101, applied: 101 })
    onceEachAndInOrder(it.effects())
    expect(it.effects().length).toBe(101)
  })

  test('a record that the API refuses is rejected, and the newest state that it takes stands', async () => {
    await using it = await crm()
    const target = await it.open(), { hold } = await target.take(sampleInput, 0)
    const chunk = [delivery('order.v1', { id: 'a', version: 1, content: order('a', '1') }), delivery('order.v1', { id: 'a', version: 2, content: order('a', '2') }), it.refused(delivery('order.v1', { id: 'a', version: 3, content: order('a', '3') }))]
    const verdicts = await feed(target, hold, 0, chunk)
    expect(verdicts.map((verdict) => verdict.outcome)).toEqual(['superseded', 'applied', 'rejected'])
    expect(verdicts[2]).toMatchObject({ code: 'target.refused', problems: [{ field: 'note', code: 'field.control_characters' }] })
    expect((await it.held()).get('sample:a')?.total).toBe('2')
  })
})

test('whoever only looks sees the state of every entity, deletes too', async () => {
  await using it = await crm()
  const target = await it.open(), { hold } = await target.take(sampleInput, 0), gone = delivery('order.v1', { id: 'b', version: 8, content: null })
  await feed(target, hold, 0, [delivery('order.v1', { id: 'a', version: 7, content: order('a', '1') }), delivery('order.v1', { id: 'b', version: 7, content: order('b', '1') })])
  await feed(target, hold, 2, [gone])
  const reader = held.open({ state: it.stateUrl })
  try {
    expect(Object.fromEntries(await reader.held('order.v1', ['sample:a', 'sample:b', 'sample:c']))).toEqual({
      'sample:a': expect.objectContaining({ version: 7, revision: 0, deleted: false, effectKey: expect.stringContaining('order.v1/sample:a@7.0#') as string, origin: { topic: 'source.sample', partition: 0, offset: 7 } }) as object,
      'sample:b': expect.objectContaining({ version: 8, deleted: true, effectKey: gone.meta.effectKey }) as object,
    })
    expect((await reader.held('customer.v1', ['sample:a'])).size).toBe(0)
  } finally { await reader.close() }
})
