import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../test/new-ledger.ts'
import type { Ledger } from '../runtime/ledger/ledger.ts'
import { turnOf } from './job.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('job')
  return () => ledger.$disconnect()
})
const owned = (name: string, holder: string) => ledger.job.update({ where: { name }, data: { holder, fence: { increment: 1 } } })

test('a job goes on where it was, and its cursor moves with what it writes or not at all', async () => {
  await turnOf<number>(ledger, 'counts', async ({ cursor, commit }) => { expect(cursor).toBeNull(); await commit(1); await commit(2) })
  await expect(turnOf<number>(ledger, 'counts', ({ commit }) => commit(3, async () => { throw new Error('killed here') }))).rejects.toThrow('killed here')
  await turnOf<number>(ledger, 'counts', async ({ cursor }) => { expect(cursor).toBe(2) })
})

test('a job that another reconciler holds is left alone until it says nothing any more', async () => {
  await turnOf(ledger, 'held', ({ commit }) => commit(1), 60_000)
  await owned('held', 'another')
  expect(await turnOf(ledger, 'held', async () => { throw new Error('must not run') })).toBe(false)
  await ledger.$executeRaw`update job set until = now() - interval '1 millisecond' where name = 'held'`
  expect(await turnOf(ledger, 'held', async () => {})).toBe(true)
})

test('who has lost a job writes nothing more', async () => {
  await expect(turnOf<number>(ledger, 'lost', async ({ commit }) => {
    await commit(1)
    await owned('lost', 'another')
    await commit(2, async (tx) => { await tx.audit.create({ data: { actor: 'nobody', act: 'late', subject: 'lost', reason: 'lost' } }) })
  })).rejects.toMatchObject({ code: 'books.lease_lost' })
  expect(await ledger.job.findUnique({ where: { name: 'lost' } })).toMatchObject({ cursor: 1 })
  expect(await ledger.audit.count({ where: { subject: 'lost' } })).toBe(0)
})
