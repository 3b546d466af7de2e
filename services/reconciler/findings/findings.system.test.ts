import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { findingId, markOf, type Found } from './finding.ts'
import { writeFindings, type Looked } from './write-findings.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('findings')
  return () => ledger.$disconnect()
})

const found = (unit: string, about: string, mark = 'a'): Found => ({ kind: 'target.differs', unit, model: 'order.v1', entity: about, about, place: {}, fields: [{ field: 'status', hub: 'PAID', there: 'OPEN' }], says: `${about} differs.`, mark: markOf(mark) })
const write = (these: readonly Found[], looked: Looked | null) => ledger.$transaction((tx) => writeFindings(tx, these, looked))
const all = (unit: string): Looked => ({ unit, kinds: ['target.differs'] })
const statuses = async (unit: string) => Object.fromEntries((await ledger.finding.findMany({ where: { unit }, orderBy: { entity: 'asc' } })).map(({ entity, status, times }) => [entity, `${status} ${times}`]))
const settle = (it: Found, status: string) => ledger.finding.update({ where: { id: findingId(it) }, data: { status } })

test('one cause is told of once, however often it is seen', async () => {
  const [a, b] = [found('once', 'x:1'), found('once', 'x:2')]
  expect(await write([a, b], all('once'))).toEqual([a, b])
  expect(await write([a, b, a], all('once'))).toEqual([])
  expect(await statuses('once')).toEqual({ 'x:1': 'open 2', 'x:2': 'open 2' })
})

test('what a complete look does not see any more is gone, or repaired where it was being repaired; a look at other things settles nothing', async () => {
  const [a, b, c] = [found('passes', 'x:1'), found('passes', 'x:2'), found('passes', 'x:3')]
  await write([a, b, c], null)
  await settle(b, 'repairing')
  await write([], { ...all('passes'), model: 'payment.v1' })
  await write([], { ...all('passes'), abouts: ['x:9'] })
  await write([c], { ...all('passes'), kinds: ['target.missing'] })
  expect(await statuses('passes')).toEqual({ 'x:1': 'open 1', 'x:2': 'repairing 1', 'x:3': 'open 2' })
  await write([], { ...all('passes'), abouts: ['x:1', 'x:2'] })
  expect(await statuses('passes')).toEqual({ 'x:1': 'gone 1', 'x:2': 'repaired 1', 'x:3': 'open 2' })
})

test('what was settled and is back is open and told again; what was accepted only when it differs in another way', async () => {
  const [gone, accepted] = [found('back', 'x:1'), found('back', 'x:2')]
  await write([gone, accepted], null)
  await settle(gone, 'gone')
  await settle(accepted, 'accepted')
  expect(await write([gone, accepted], all('back'))).toEqual([gone])
  expect(await statuses('back')).toEqual({ 'x:1': 'open 2', 'x:2': 'accepted 2' })
  const other = found('back', 'x:2', 'b')
  expect(await write([other], null)).toEqual([other])
  expect(await statuses('back')).toMatchObject({ 'x:2': 'open 3' })
})

test('two looks at once write one row for one cause, and only one of them tells', async () => {
  const one = found('both', 'x:1')
  expect((await Promise.all(Array.from({ length: 5 }, () => write([one], null)))).flat()).toHaveLength(1)
  expect(await statuses('both')).toEqual({ 'x:1': 'open 5' })
})
