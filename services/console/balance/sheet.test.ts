import { expect, test } from 'vitest'
import { painter } from '../cli/paint.ts'
import { balanceCsv } from '../cli/balance-csv.ts'
import { balancePage } from '../cli/balance-page.ts'
import { leads } from '../cli/balance-terms.ts'
import { balanceText } from '../cli/balance-text.ts'
import { sheetOf } from './sheet.ts'
import type { CountRow, SheetRows } from './sheet-rows.ts'

const at = new Date('2026-01-02T12:00:00Z'), day = new Date('2026-01-01T00:00:00Z')
const routes = [{ source: 'shop', model: 'order.v1', target: 'house', sourceTopic: 'source.shop' }, { source: 'shop', model: 'order.v1', target: 'desk', sourceTopic: 'source.shop' }]
const count = (stage: string, unit: string, model: string, outcome: string, records: number, period: Date | null = null): CountRow => ({ period, topic: 'source.shop', stage, unit, model, outcome, count: BigInt(records) })
const ofShop = [count('translate', 'shop', '', 'read', 10), count('translate', 'shop', '', 'mapped', 8), count('translate', 'shop', '', 'rejected', 2), count('translate', 'shop', '', 'skipped', 3), count('translate', 'shop', 'order.v1', 'emitted', 8), count('translate', 'shop', 'order.v1', 'warned', 1)]
const ofHouse = [count('deliver', 'house', 'order.v1', 'read', 8), count('deliver', 'house', 'order.v1', 'applied', 6), count('deliver', 'house', 'order.v1', 'superseded', 1), count('deliver', 'house', 'order.v1', 'parked', 1)]
const ofDesk = [count('deliver', 'desk', 'order.v1', 'read', 5), count('deliver', 'desk', 'order.v1', 'applied', 5)]
const total = (stage: string, unit: string, sum: string) => ({ period: null, topic: 'source.shop', stage, unit, model: 'order.v1', name: 'total EUR', total: sum })
const rows = (it: Partial<SheetRows> = {}): SheetRows => ({ counts: [...ofShop, ...ofHouse, ...ofDesk], totals: [total('translate', 'shop', '80.5'), total('deliver', 'house', '80.5'), total('deliver', 'desk', '50')], open: [{ period: null, topic: 'source.shop', target: 'desk', told: false }], accepted: [], ...it })
const sheet = (it?: Partial<SheetRows>, by: 'run' | 'day' = 'run') => sheetOf(rows(it), '', routes, { by }, at)

test('outcomes add up to what was read and emitted; what stands beside them is not added', () => {
  const { sources, targets, balanced } = sheet()
  expect(sources).toMatchObject([{ read: 10, outcomes: { mapped: 8, rejected: 2 }, remainder: 0 }])
  expect(targets).toMatchObject([{ target: 'house', emitted: 8, read: 8, remainder: 0, settled: 'balanced', totals: [{ name: 'total EUR', emitted: '80.5', target: '80.5' }] }, { target: 'desk', read: 5, remainder: 3, settled: 'on its way' }])
  expect(balanced).toBe(false)
  expect(sheet({ counts: [...ofShop, ...ofHouse], open: [] }).targets.map(({ target, remainder }) => [target, remainder])).toEqual([['house', 0], ['desk', 8]])
})

test('as many records that are others do not balance', () => {
  const open = [{ period: null, topic: 'source.shop', target: 'house', told: true }]
  expect(sheet({ open }).targets[0]).toMatchObject({ remainder: 0, settled: 'differs' })
  expect(leads(sheet({ open })).find(({ unit, term }) => unit === 'house' && term === 'remainder')?.command).toBe('npm run hub -- findings list --unit house')
})

test('what a person has accepted is no remainder, and is said', () => {
  const agreed = sheet({ open: [], accepted: [{ period: null, topic: 'source.shop', target: 'desk', model: 'order.v1', records: 3n }] })
  expect(agreed.targets).toMatchObject([{ target: 'house', accepted: 0 }, { target: 'desk', accepted: 3, remainder: 0, settled: 'balanced' }])
  expect(agreed.balanced).toBe(true)
  const text = balanceText(agreed, painter(false))
  expect(text).toMatch(/total EUR +shop → order\.v1 → desk +80\.5 +50 +accepted/)
  expect(text).toContain('desk: 3 accepted: npm run hub -- findings list --unit desk --status accepted')
  expect(balancePage(agreed)).toContain('but for what was accepted')
})

test('each period has its own lines, in order', () => {
  const later = new Date('2026-01-02T00:00:00Z'), counts = [...ofShop.map((it) => ({ ...it, period: later })), ...ofShop.map((it) => ({ ...it, period: day }))]
  expect(sheet({ counts, totals: [], open: [] }, 'day').sources.map(({ period, read }) => [period?.slice(0, 10), read])).toEqual([['2026-01-01', 10], ['2026-01-02', 10]])
})

test('every number that is not right or waits for somebody leads to its records', () => {
  expect(leads(sheet()).map(({ command, count: records }) => [records, command])).toEqual([
    [2, 'npm run hub -- rejections list --unit shop'], [1, 'npm run hub -- parked --unit house'], [3, 'npm run hub -- findings list --unit desk'],
  ])
})

test('text, CSV and page say the same', () => {
  const text = balanceText(sheet(), painter(false))
  expect(text).toMatch(/shop +10 +8 +0 +2 +0 +0 +0\n/)
  expect(text).toMatch(/total EUR +shop → order\.v1 → desk +80\.5 +50 +on its way/)
  expect(balanceCsv(sheet()).split('\n')).toEqual(expect.arrayContaining([',shop,,,read,10', ',shop,order.v1,house,applied,6', ',shop,order.v1,desk,target total EUR,50']))
  const page = balancePage({ ...sheet(), hub: '<hub>' })
  expect(page).toContain('What differs is on its way')
  expect(page).not.toMatch(/<hub>|<script|src=|href=/)
})
