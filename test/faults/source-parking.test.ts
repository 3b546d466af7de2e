import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { Route } from '../route.ts'
import { askAgain, booksOf, charge, rejectionsOf, statesOf, throughAt, unit } from './charges.ts'
import { type Point, withInstead } from './stepped.ts'

const entities = 24, states = 40, more = 2, total = entities * (states + more), marked = 3
const one = { HUB_SOURCES: unit, HUB_INSTANCE: 'one' }, source = { 'canonical/source.js': 'marked-source.js', 'services/translator/breaker.js': 'no-breaker.js' }
const inOrder = (...but: number[]) => Array.from({ length: states + more }, (_, n) => n + 1).filter((n) => !but.includes(n)).join(' ')
const points: readonly Point[] = ['produced', 'before-commit', 'commit-sent', 'committed']

/** Into one partition, so that every transaction is of what matters. Every second charge has a third state that yesterday's mapping refuses. */
async function send(route: Route, from: number, to: number): Promise<void> {
  const records = Array.from({ length: to - from + 1 }, (_, at) => Array.from({ length: entities }, (_, n) => charge(`c${n}`, from + at, n % 2 === 0 && from + at === marked)).map((it) => ({ ...it, partition: 0 })))
  await route.producer().send(route.names.topic('source.stripe.events'), records.flat())
}

test('a translator that is killed while it parks, and while it lets go what waited, keeps the order of every payment, and delays nobody else\'s', { timeout: 240_000 }, async () => {
  const hub = testHub('source-parking')
  await using route = await Route.provision(hub)
  const start = (swaps: Record<string, string>, env: Record<string, string> = {}) => { const it = withInstead(swaps, { ...one, ...env }); return hub.start('translator', it.env, it.options) }
  const dyingAt = (at: Point, nth: number, chunk: string, swaps: Record<string, string> = {}) => start({ ...swaps, 'services/runtime/kafka/transaction.js': 'stepping-transaction.js' }, { HUB_CHUNK_RECORDS: chunk, TEST_AT: at, TEST_NTH: `${nth}`, TEST_SIGNAL: 'SIGKILL' })
  await send(route, 1, states)
  for (const at of points) expect(await (await dyingAt(at, 2, '120', source)).exited).toMatchObject({ signal: 'SIGKILL' })
  const yesterday = await start(source)
  await throughAt(route)
  await yesterday.stop()
  const refused = entities / 2, waiting = refused * (states - marked)
  expect(await booksOf(route)).toEqual({ read: entities * states, mapped: entities * states - refused - waiting, rejected: refused, parked: waiting })
  const before = await statesOf(route)
  for (let n = 0; n < entities; n++) expect(before.get(`c${n}`)).toBe(Array.from({ length: n % 2 === 0 ? marked - 1 : states }, (_, at) => at + 1).join(' '))

  // Of those in front every second is sent again and every second is given up, each twice; meanwhile there is more of all.
  const all = await rejectionsOf(route), heads = all.filter(({ code }) => code !== 'order.parked'), [redriven, discarded] = [heads.filter((_, n) => n % 2 === 0), heads.filter((_, n) => n % 2 === 1)]
  expect([heads.length, all.length - heads.length]).toEqual([refused, waiting])
  expect(all.every(({ entity, value, originOffset }) => entity !== null && value !== null && originOffset >= 0)).toBe(true)
  await askAgain(route, redriven)
  await askAgain(route, discarded, 'discard')
  await send(route, states + 1, states + more)
  await askAgain(route, all.filter(({ code }) => code === 'order.parked').slice(0, 20))
  await askAgain(route, redriven)
  // Each transaction is the first of several processes: of the asking, of the letting go, and of what came meanwhile.
  let deaths = 0
  for (let through = false; !through; deaths += through ? 0 : 1) {
    const dying = await dyingAt(points[deaths % points.length]!, 1, '12')
    while (!dying.exit() && !through) through = await throughAt(route, 0).then(() => true, () => false)
    if (through) await dying.stop()
  }
  expect(deaths).toBeGreaterThan(2 * points.length)
  const gone = new Set(discarded.map(({ entity }) => entity!.split(':')[1])), after = await statesOf(route)
  expect([...after].filter(([id, found]) => found !== inOrder(...(gone.has(id) ? [marked] : [])))).toEqual([])
  expect([after.size, gone.size]).toEqual([entities, refused / 2])
  expect(await booksOf(route)).toEqual({ read: total, mapped: total - gone.size, discarded: gone.size })
})

test('with nobody waiting for anybody the same refusal brings payments out of order', async () => {
  const hub = testHub('source-unparked')
  await using route = await Route.provision(hub)
  await send(route, 1, states)
  const yesterday = withInstead({ ...source, 'services/translator/lines.js': 'no-lines.js' }, one), first = await hub.start('translator', yesterday.env, yesterday.options)
  await throughAt(route)
  await first.stop()
  expect(await booksOf(route)).toEqual({ read: entities * states, mapped: entities * states - entities / 2, rejected: entities / 2 })
  await askAgain(route, await rejectionsOf(route))
  await hub.start('translator', one)
  await throughAt(route)
  expect([...await statesOf(route)].filter(([, found]) => found.endsWith(` ${states} ${marked}`)).length).toBe(entities / 2)
})

test('at the bound the partition waits with the reason and reads nothing more, and what is redriven goes on and frees it', async () => {
  const hub = testHub('source-bound')
  await using route = await Route.provision(hub)
  const { producer, names } = { producer: route.producer(), names: route.names }, topic = names.topic('source.stripe.events')
  await producer.send(topic, [...Array.from({ length: 60 }, (_, n) => ({ ...charge('full', n + 1, n === 0), partition: 0 })), { ...charge('free', 1), partition: 1 }])
  const bounded = { ...source, 'services/runtime/redrive.js': 'few-open.js' }, yesterday = withInstead(bounded, { ...one, HUB_CHUNK_RECORDS: '10' }), first = await hub.start('translator', yesterday.env, yesterday.options)
  await first.logged(/unit\.too_many_open/)
  expect(await booksOf(route)).toMatchObject({ rejected: 1, parked: 39 })
  await first.stop()
  const today = withInstead({ 'services/runtime/redrive.js': 'few-open.js' }, { ...one, HUB_CHUNK_RECORDS: '10' }), second = await hub.start('translator', today.env, today.options)
  await second.logged(/unit\.too_many_open/)
  await askAgain(route, (await rejectionsOf(route)).filter(({ code }) => code !== 'order.parked'))
  await throughAt(route)
  expect([...await statesOf(route)].toSorted()).toEqual([['free', '1'], ['full', Array.from({ length: 60 }, (_, n) => n + 1).join(' ')]])
  expect(await booksOf(route)).toEqual({ read: 61, mapped: 61 })
})
