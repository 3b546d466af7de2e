import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Rejection } from '../../../canonical/models.generated.ts'
import { packageRoot } from '../../../canonical/schemas.ts'
import { targets } from '../../sink/targets/index.generated.ts'
import { sources } from '../../translator/sources/index.generated.ts'
import { Judge } from './judged.ts'

const folder = join(packageRoot, 'services', 'translator', 'sources')
const all = Object.values(sources)
const refused = (unit: string, value: Buffer | null): Rejection => ({ unit, value, stage: 'TRANSLATE', originTopic: 'source.s', originPartition: 1, originOffset: 7 }) as Rejection
const sample = (unit: string, name: string) => refused(unit, readFileSync(join(folder, unit, 'samples', `${name}.in.json`)))
const judge = (given = all) => new Judge({ sources: given, targets, modelOf: () => undefined, registry: { schemaOf: async () => null } })

test('what passes is asked about at every target that takes its model, as the state that it would be', () => {
  const { said, asks } = judge().translated(sample('shopify-orders', 'an-order-and-its-customer'))
  expect(said).toEqual({ will: 'pass', says: 'Becomes customer.v1 and order.v1.' })
  expect(asks.map(({ target, model }) => `${model} ${target}`).toSorted()).toEqual(['customer.v1 crm-http', 'customer.v1 warehouse-postgres', 'order.v1 crm-http', 'order.v1 warehouse-postgres'])
  for (const { model, state, unless, perhaps } of asks) {
    expect([unless, perhaps]).toEqual([null, null])
    expect(state).toMatchObject({ revision: 0, origin: { topic: 'source.s', partition: 1, offset: 7 }, effectKey: expect.stringContaining(`${model}/${state.entity}@${state.version}.0#`) as string })
  }
})
test('what fails again names its causes, and reaches no target', () => {
  expect(judge().translated(refused('shopify-orders', Buffer.from('{}')))).toMatchObject({ said: { will: 'fail again', says: expect.stringContaining('payload.breaks-contract') as string }, asks: [] })
  expect(judge().translated(refused('gone', null))).toMatchObject({ said: { will: 'fail again', says: 'This hub has no such source any more.' } })
})
test('a record that a table would judge is never claimed to pass: it is unknown where the table refuses, and named where it only warns', () => {
  const stock = sample('inventory-stock', 'pieces-on-hand'), warned = judge().translated(stock)
  expect(warned.said).toEqual({ will: 'pass', says: 'Becomes stock-level.v1; not judged by table warehouse-locations.' })
  const strict = all.map((it) => ({ ...it, source: { ...it.source, ruled: it.source.ruled.map((set) => ({ ...set, rules: Object.fromEntries(Object.entries(set.rules).map(([name, rule]) => [name, { ...rule, broken: 'reject' as const }])) })) } }))
  const refusing = judge(strict).translated(stock)
  expect(refusing.said?.will).toBe('be tried')
  expect(refusing.asks.map(({ perhaps }) => perhaps)).toEqual(['Not judged by table warehouse-locations: the console has no tables.'])
})
