import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import { kafkaTime } from '../../../canonical/micros.ts'
import type { Command, Receipt } from '../../../canonical/models.generated.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { passedOver } from '../../runtime/passed-over.ts'
import { targets } from '../../sink/targets/index.generated.ts'
import { takeCommand } from '../redrive/take-command.ts'
import { writePassedOver } from './write-passed-over.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('bootstrap')
  return () => ledger.$disconnect()
})

const at = kafkaTime(Date.now()), subject = targets[0]!.card.name
const range = (id: string, partition: number) => ({ topic: `canonical.${id}`, topicId: `T ${id}`, partition, from: 10, to: 30 })
const command = (id: string): Command => ({ id, act: 'bootstrap', subject, actor: 'ada', reason: 'it was away', at, selection: null, perSecond: null, range: null, adopt: null, offsets: [range(id, 0), range(id, 1)] })
const receipt = (id: string, partition: number) => ({ unit: subject, ...range(id, partition), next: 30, at, answers: [{ rejection: id, attempt: 0, outcome: passedOver, reason: null }] }) as unknown as Receipt
const take = (id: string) => ledger.$transaction((tx) => takeCommand(tx, command(id), 0))
const write = (id: string, partition: number, then: (tx: LedgerTransaction) => Promise<unknown> = async () => {}) => ledger.$transaction(async (tx) => { await writePassedOver(tx, [receipt(id, partition)]); await then(tx) })
const status = async (id: string) => (await ledger.command.findUniqueOrThrow({ where: { id } })).status

test('a bootstrap is done when the target has gone on behind all that it names, and the audit says from where to where', async () => {
  await take('one')
  await write('one', 0)
  expect(await status('one')).toBe('running')
  await write('one', 1)
  await write('one', 1)
  expect(await ledger.command.findUnique({ where: { id: 'one' } })).toMatchObject({ status: 'done', detail: 'The target goes on behind 40 offsets of 2 partitions; what they held never arrives there.' })
  expect(await ledger.audit.findMany({ where: { reason: 'it was away' } })).toMatchObject([{ actor: 'ada', subject, before: { command: 'one', 'canonical.one/0': 10, 'canonical.one/1': 10 }, after: { 'canonical.one/0': 30, 'canonical.one/1': 30 } }])
})

test('receipts that are read before their command end it too, as when a ledger is written anew', async () => {
  for (const partition of [0, 1]) await write('early', partition)
  await take('early')
  expect(await status('early')).toBe('done')
})

test('receipts of two partitions that are written at once end it, though neither has seen the other', async () => {
  await take('both')
  const first = write('both', 0, () => sleep(500))
  await sleep(200)
  await Promise.all([first, write('both', 1)])
  expect(await status('both')).toBe('done')
})

test('an order that names no target or no offsets is refused', async () => {
  for (const [id, it] of [['nobody', { subject: 'nobody' }], ['nothing', { offsets: null }], ['backwards', { offsets: [{ ...range('backwards', 0), to: 10 }] }]] as const) {
    await ledger.$transaction((tx) => takeCommand(tx, { ...command(id), ...it }, 0))
    expect(await status(id)).toBe('refused')
  }
})
