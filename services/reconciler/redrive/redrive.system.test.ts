import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Answer, Command, Receipt, Rejection, Selection } from '../../../canonical/models.generated.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { writeRejections } from '../books/write-rejections.ts'
import { RunningActs } from '../running-acts.ts'
import { Redriver } from './redriver.ts'
import { type Claimed, rejectionsErrand } from './rejections-errand.ts'
import { takeCommand } from './take-command.ts'
import { writeAnswers } from './write-answers.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('redrive')
  return () => ledger.$disconnect()
})

const at = 1_700_000_000_000_000 as Micros
const rejection = (unit: string, offset: number, it: Partial<Rejection> = {}): Rejection => ({
  id: `source.${unit}/0/${offset}/TRANSLATE`, stage: 'TRANSLATE', unit, code: 'value.missing', says: 'Missing.', problems: [], group: 'g', entity: null, version: null, mapping: 'm', schemaId: null,
  originTopic: `source.${unit}`, originTopicId: 'T', originPartition: 0, originOffset: offset, originTime: at, at, attempt: 1, traceparent: null, key: null, value: Buffer.from('x'), headers: [], ...it,
})
const write = (these: readonly Rejection[]) => ledger.$transaction((tx) => writeRejections(tx, 0, these.map((it, offset) => ({ offset, it }))))
const everything: Selection = { ids: null, unit: null, group: null, code: null, entity: null, since: null, until: null }
const command = (id: string, unit: string, it: Partial<Command> = {}): Command => ({ id, act: 'redrive', subject: null, actor: 'ada', reason: 'the status is agreed now', at, selection: { ...everything, unit }, perSecond: null, range: null, offsets: null, adopt: null, ...it })
const take = (it: Command) => ledger.$transaction((tx) => takeCommand(tx, it, 0))
const answer = (answers: readonly Answer[]) => ledger.$transaction((tx) => writeAnswers(tx, [{ answers, at } as unknown as Receipt]))
const statuses = async (unit: string) => Object.fromEntries((await ledger.rejection.groupBy({ by: ['status'], where: { unit }, _count: true })).map(({ status, _count }) => [status, _count]))

test('a rejection belongs to one command at a time, however many ask for it at once', async () => {
  await write(Array.from({ length: 200 }, (_, n) => rejection('contested', n)))
  await Promise.all(Array.from({ length: 6 }, (_, n) => take(command(`contested-${n}`, 'contested'))))
  expect(await ledger.redrive.count({ where: { command: { startsWith: 'contested-' } } })).toBe(200)
  expect(await statuses('contested')).toEqual({ redriving: 200 })
})

test('a command that comes twice is taken in once, and both are in no doubt about it in the audit', async () => {
  await write([rejection('replayed', 1)])
  await take(command('replayed', 'replayed'))
  await answer([{ rejection: rejection('replayed', 1).id, attempt: 1, outcome: 'rejected', reason: 'value.missing' }])
  await write([rejection('replayed', 1, { attempt: 2 })])
  await take(command('replayed', 'replayed'))
  expect(await statuses('replayed')).toEqual({ open: 1 })
  expect(await ledger.audit.findMany({ where: { subject: 'replayed' } })).toMatchObject([{ actor: 'ada', act: 'redrive', reason: 'the status is agreed now', before: { command: 'replayed', claimed: 1 } }])
})

test.each([
  ['an act that nobody knows', { act: 'explode' }], ['no reason', { reason: ' ' }], ['no selection', { selection: everything }], ['a pause of nothing', { act: 'pause' }], ['a pace of nothing', { perSecond: 0 }],
])('a command with %s changes nothing and is kept with the reason', async (name, wrong) => {
  await write([rejection(name, 1)])
  await take(command(name, name, wrong))
  expect(await statuses(name)).toEqual({ open: 1 })
  expect(await ledger.command.findUnique({ where: { id: name } })).toMatchObject({ status: 'refused', detail: expect.stringMatching(/./) as string })
  expect(await ledger.audit.count({ where: { subject: name } })).toBe(0)
})

test('an answer that is read before its rejection closes it all the same', async () => {
  const { id } = rejection('early', 1)
  await answer([{ rejection: id, attempt: 1, outcome: 'superseded', reason: null }])
  await write([rejection('early', 1)])
  expect(await ledger.rejection.findUnique({ where: { id } })).toMatchObject({ status: 'closed', outcome: 'superseded' })
  await write([rejection('early', 1, { attempt: 2 })])
  expect(await ledger.rejection.findUnique({ where: { id } })).toMatchObject({ status: 'open', outcome: null, attempt: 2 })
})

test('a rejection whose turn has not come stays open, and is closed by what becomes of it later, in the same receipts or others', async () => {
  const [first, second] = [rejection('waits', 1), rejection('waits', 2)] as const
  await write([first, second])
  await take(command('waits', 'waits'))
  await answer([{ rejection: first.id, attempt: 1, outcome: 'parked', reason: 'order.parked' }, { rejection: second.id, attempt: 1, outcome: 'parked', reason: 'order.parked' }, { rejection: second.id, attempt: 1, outcome: 'applied', reason: null }])
  expect(await statuses('waits')).toEqual({ open: 1, closed: 1 })
  expect(await ledger.redrive.count({ where: { command: 'waits', outcome: 'parked' } })).toBe(2)
  await answer([{ rejection: first.id, attempt: 1, outcome: 'applied', reason: null }])
  expect(await statuses('waits')).toEqual({ closed: 2 })
})

test('what was refused too often waits for a person who names it', async () => {
  await write([rejection('often', 1, { attempt: 5 }), rejection('often', 2)])
  await take(command('often-all', 'often'))
  expect(await statuses('often')).toEqual({ open: 1, redriving: 1 })
  await take(command('often-one', 'often', { selection: { ...everything, ids: [rejection('often', 1).id] } }))
  expect(await statuses('often')).toEqual({ redriving: 2 })
})

test('a cancelled command gives back what was not sent, and keeps what was', async () => {
  await write([1, 2, 3].map((n) => rejection('cancelled', n)))
  await take(command('cancelled', 'cancelled'))
  await ledger.redrive.update({ where: { command_rejection: { command: 'cancelled', rejection: rejection('cancelled', 2).id } }, data: { sent: true } })
  await take(command('stop-it', 'cancelled', { act: 'cancel', subject: 'cancelled', selection: null }))
  expect(await statuses('cancelled')).toEqual({ open: 2, redriving: 1 })
  expect(await ledger.command.findMany({ where: { id: { in: ['cancelled', 'stop-it'] } }, orderBy: { id: 'asc' } })).toMatchObject([{ status: 'cancelled' }, { status: 'done' }])
})

test('claims are sent in the order of their origin, at the asked pace, and again by whoever finds them unsent after a crash', async () => {
  await write([7, 3, 5, 1].map((n) => rejection('paced', n)))
  await take(command('paced', 'paced', { perSecond: 4 }))
  const batches: number[][] = []
  let crash = true
  const redriver = new Redriver(ledger, [rejectionsErrand({
    ledger,
    prepare: async (ask, claimed: readonly Claimed[]) => new Map(claimed.map((it) => [it.rejection, { topic: ask, record: { key: it.unit, value: String(it.originOffset) } }])),
    async send(topic, records) {
      if (records[0]!.key !== 'paced') return
      expect(topic).toBe('redrive')
      batches.push(records.map(({ value }) => Number(value)))
      if (crash) { crash = false; throw new Error('killed here') }
    },
  })], new RunningActs(ledger))
  const until = Date.now() + 20_000
  while ((await ledger.redrive.count({ where: { command: 'paced', sent: true } })) < 4 && Date.now() < until) await new Promise((resolve) => { setTimeout(resolve, 50) })
  await answer([1, 3, 5, 7].map((n) => ({ rejection: rejection('paced', n).id, attempt: 1, outcome: n === 7 ? 'filtered' : 'mapped', reason: null })))
  while ((await ledger.command.findUniqueOrThrow({ where: { id: 'paced' } })).status === 'running' && Date.now() < until) await new Promise((resolve) => { setTimeout(resolve, 50) })
  await redriver.stop()
  expect(batches).toEqual([[1, 3], [1, 3], [5, 7]])
  expect(await ledger.command.findUnique({ where: { id: 'paced' } })).toMatchObject({ status: 'done', detail: '1 filtered, 3 mapped' })
  expect(await ledger.audit.findFirst({ where: { subject: 'paced' } })).toMatchObject({ after: { filtered: 1, mapped: 3 } })
  expect(await statuses('paced')).toEqual({ closed: 4 })
})
