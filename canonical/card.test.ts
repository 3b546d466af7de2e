import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sourceCard, targetCard } from './card.ts'
import { modelCards } from './cards/index.generated.ts'
import { decimal } from './decimal.ts'
import { milliseconds } from './duration.ts'
import { cardsSource } from './generate-cards.ts'
import { controlTotals, modelCard } from './model-card.ts'
import { modelNames, type Payment } from './models.generated.ts'
import { packageRoot } from './schemas.ts'

const source = {
  name: 'shop-orders', says: 'Orders.', system: 'Shop', topic: 'source.shop.orders', partitions: 4, owner: 'Commerce', steward: 'Sales', onCall: '#commerce',
  tolerance: 'PT15M', cadence: 'PT1H', runbook: 'docs/shop.md', review: '2026-12-31', version: 'updated_at',
} as const
const target = { name: 'crm', says: 'CRM.', kind: 'api', models: ['order.v1'], owner: 'Sales', steward: 'Sales', onCall: '#crm', tolerance: 'PT1H', runbook: 'docs/crm.md', review: '2026-12-31', keyLifetime: 'P1D' } as const

test('a card that says everything is taken as it is', () => {
  expect(sourceCard(source)).toEqual({ ...source, epoch: 0, rejects: 0.05, resumes: 'by-itself', split: [] })
  expect(targetCard(target)).toEqual({ ...target, history: false, rejects: 0.05, resumes: 'by-itself', conflict: 'ask' })
  expect(() => targetCard({ ...target, conflict: { 'order.v1': 'nobody-wins' as never } })).toThrow('there is no conflict rule nobody-wins')
})

test('a card names everything that is wrong with it, when it is loaded', () => {
  expect(() => sourceCard({ ...source, owner: ' ', name: 'Shop Orders', review: '2026-02-30', tolerance: 'P1M', partitions: 0, epoch: 4, rejects: 5, cadence: 'PT0S' })).toThrow(
    /Shop Orders is wrong: owner is missing; tolerance: P1M is no ISO 8601 duration.*; review is 2026-02-30, not a day.*; name is Shop Orders.*; cadence is nothing; rejects is 5.*; partitions is 0.*; epoch is 4/)
  const { keyLifetime, ...forgetful } = target
  expect(() => targetCard({ ...forgetful, models: ['orders.v1' as never] })).toThrow(/orders\.v1 is no model; keyLifetime is missing/)
  expect(() => modelCard({ ...modelCards['order.v1'], owner: '', partitions: 1.5, retention: 'P1Y' })).toThrow(/order\.v1 is wrong: owner is missing; partitions is 1\.5.*; retention: P1Y/)
  expect(keyLifetime).toBe('P1D')
})

test.each([['PT15M', 900_000], ['P1D', 86_400_000], ['P2W', 1_209_600_000], ['P1DT1H1S', 90_001_000]])('%s is %d ms', (text, expected) => expect(milliseconds(text)).toBe(expected))
test.each(['', 'P', 'PT', 'P1M', 'P1Y', '1D', 'PT1.5H', 'P1DT'])('%s is no duration', (text) => expect(() => milliseconds(text)).toThrow(/no ISO 8601 duration/))

test('every model has a card, and only payments are strict', () => {
  expect(Object.keys(modelCards)).toEqual(modelNames)
  expect(Object.values(modelCards).map((card) => [card.model, card.kind])).toEqual(modelNames.map((model) => [model, model === 'payment.v1' ? 'strict' : 'state']))
  expect(readFileSync(join(packageRoot, 'canonical', 'cards', 'index.generated.ts'), 'utf8')).toBe(cardsSource())
})

test('control totals never add up two currencies, and a delete adds nothing', () => {
  const totals = controlTotals(modelCards['payment.v1'])
  expect(totals({ amount: decimal('1.50'), currency: 'EUR', direction: 'IN' } as Payment)).toEqual({ 'amount IN EUR': '1.50' })
  expect(totals(null)).toEqual({})
})
