import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { modelCodec } from '../../canonical/codec.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import { openLedger } from '../../services/runtime/ledger/ledger.ts'
import { migrate } from '../../services/runtime/ledger/migrate.ts'
import { sourcesFolder } from '../../services/translator/sources/generate.ts'
import { testHub } from '../hub.ts'
import { ordered } from '../ordered.ts'
import { eventually, Route } from '../route.ts'
import { receiptsOf } from '../translated.ts'
import { booksOf, throughAt } from './charges.ts'
import { withInstead } from './stepped.ts'

const unit = 'shopify-orders', source = 'source.shopify.orders', count = 10_000
const order = JSON.parse(readFileSync(join(sourcesFolder, unit, 'samples', 'an-order-and-its-customer.in.json'), 'utf8')) as object

test('a redrive of ten thousand whose reconciler and translator are killed on the way ends with each of them exactly once, and asked again it is done already', { timeout: 280_000 }, async () => {
  const hub = testHub('redrive-kill')
  await using route = await Route.provision(hub)
  const env = { HUB_LEDGER_URL: await hub.createDatabase('ledger'), HUB_INSTANCE: 'reconciler' }, translating = { HUB_SOURCES: unit, HUB_INSTANCE: 'translator' }, { names } = route
  await migrate(env.HUB_LEDGER_URL)
  const ledger = openLedger(env.HUB_LEDGER_URL)
  try {
    for (let at = 0; at < count; at += 2_000) {
      await route.producer().send(names.topic(source), Array.from({ length: 2_000 }, (_, n) => ({ key: `${at + n}`, value: JSON.stringify({ ...order, customer: null, id: 5_000_000 + at + n, note: 'nobody knows yet' }) })))
    }
    const yesterday = withInstead({ 'canonical/source.js': 'marked-source.js', 'services/translator/breaker.js': 'no-breaker.js' }, translating)
    const refusing = await hub.start('translator', yesterday.env, yesterday.options)
    let reconciler = await hub.start('reconciler', env)
    await throughAt(route, 90_000, { of: unit, topic: source })
    await refusing.stop()
    await eventually(90_000, async () => expect(await ledger.rejection.count({ where: { status: 'open' } })).toBe(count))

    const selection = { ids: null, unit, group: null, code: 'value.not-one-of', entity: null, since: null, until: null }, id = await ordered(hub, route, { selection })
    let translator = await hub.start('translator', translating)
    const answered = () => ledger.redrive.count({ where: { command: id, outcome: { not: null } } }), kills: number[] = []
    for (let kill = 0; kill < 3; kill++) {
      const before = await answered()
      await eventually(60_000, async () => expect(await answered()).toBeGreaterThan(before))
      await sleep(Math.random() * 500)
      for (const it of [reconciler, translator]) it.kill('SIGKILL')
      await Promise.all([reconciler.exited, translator.exited])
      kills.push(await answered())
      reconciler = await hub.start('reconciler', env)
      translator = await hub.start('translator', translating)
    }
    console.log(`killed when ${kills.join(', ')} of ${count} were answered`)
    expect(kills.every((it) => it > 0 && it < count)).toBe(true)
    const done = () => eventually(120_000, async () => expect(await ledger.command.findUnique({ where: { id } })).toMatchObject({ status: 'done', detail: `${count} mapped` }))
    await done()
    await once()
    expect(await ledger.rejection.groupBy({ by: ['status', 'outcome'], _count: true })).toEqual([{ status: 'closed', outcome: 'mapped', _count: count }])

    // A second command finds nothing that is open; and whatever is sent again, by whom ever, has been done already.
    const again = await ordered(hub, route, { selection: { ...selection, code: null, unit: null, ids: (await ledger.rejection.findMany({ select: { id: true } })).map((it) => it.id) } })
    await eventually(60_000, async () => expect(await ledger.command.findUnique({ where: { id: again } })).toMatchObject({ status: 'done', detail: 'Nothing that is open fits.' }))
    const sent = await readAll(route.kafka.control, names.redriveSource(unit)), before = await already()
    // Who was killed between sending and noting has sent twice.
    expect(sent.length).toBe(count + before)
    await route.producer().send(names.redriveSource(unit), sent.map(({ partition, record: { key, value, headers } }) => ({ partition, key, value, headers })))
    await throughAt(route, 90_000, { of: unit, topic: source })
    expect(await already()).toBe(before + sent.length)
    await once()
  } finally { await ledger.$disconnect() }

  async function once(): Promise<void> {
    const codec = modelCodec('order.v1'), found = (await readAll(route.kafka.control, names.canonical('order.v1'))).map(({ record }) => codec.decodeMeta(record.value!, () => schemaText('order.v1')).effectKey)
    expect([found.length, new Set(found).size]).toEqual([count, count])
    expect(await booksOf(route, unit)).toEqual({ read: count, mapped: count })
  }
  async function already(): Promise<number> {
    return (await receiptsOf(route)).flatMap(({ answers }) => answers).filter(({ outcome }) => outcome === 'already').length
  }
})
