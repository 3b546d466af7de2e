import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decimal } from './decimal.ts'
import { rounded, roundedBig } from './rounding.ts'
import { ruleCheck } from './rule-check.ts'
import { modelRules } from './rules/index.generated.ts'
import { rules, rulesFingerprint, tablesOf, type RuleSet } from './rules.ts'
import { tableCard } from './table-card.ts'
import type { Models } from './models.generated.ts'
import { totalRule } from './total-rule.ts'

const says = 'A sentence.'
const d = (text: string) => text as Decimal
const order = (change: object = {}): object => ({
  currency: 'EUR', status: 'OPEN', note: null, tags: [], paymentStatus: null, pricesIncludeTax: false, placedAt: 5, shippingAddress: null,
  lines: [{ quantity: d('2'), unitPrice: d('9.99'), discount: d('0'), sku: 'A', taxes: [{ amount: d('1') }] }, { quantity: d('1'), unitPrice: d('0.015'), discount: d('0.01'), sku: null, taxes: [] }],
  totals: { subtotal: d('19.99'), discount: d('0'), shipping: d('4.90'), tax: d('3.8'), total: d('28.69') }, ...change,
})
const broken = (set: RuleSet, record: object) => (ruleCheck(set.model, [set])!(record) ?? []).map(({ name, field, got }) => [name, field, got])

describe('rules', () => {
  test('a record that keeps all of them is passed on without a word, and a model without rules is not looked at', () => {
    expect(ruleCheck('order.v1', [rules('order.v1', { 'has-currency': { says, broken: 'reject', rule: 'required', field: 'currency' } })])!(order())).toBeNull()
    expect(ruleCheck('order.v1', [undefined, rules('payment.v1', { 'has-currency': { says, broken: 'reject', rule: 'required', field: 'currency' } })])).toBeNull()
  })
  test('every broken one is named with its place and the shape of what is there, never the value', () => {
    const set = rules('order.v1', {
      'has-sku': { says, broken: 'warn', rule: 'required', field: 'lines[].sku' },
      'few-pieces': { says, broken: 'reject', rule: 'range', field: 'lines[].quantity', max: '1.5' },
      'known-currency': { says, broken: 'reject', rule: 'pattern', field: 'currency', matches: /^USD$/ },
      'paid': { says, broken: 'reject', rule: 'one-of', field: 'status', values: ['COMPLETED'] },
      'taxed': { says, broken: 'reject', rule: 'range', field: 'lines[].taxes[].amount', above: '1' },
      'placed': { says, broken: 'reject', rule: 'custom', fields: ['placedAt', 'note'], holds: ({ placedAt, note }) => note !== null || placedAt > 5 },
    })
    expect(broken(set, order())).toEqual([
      ['has-sku', 'lines[1].sku', 'null'], ['few-pieces', 'lines[0].quantity', 'text "9"'], ['known-currency', 'currency', 'text "AAA"'], ['paid', 'status', 'text "AAAA"'],
      ['taxed', 'lines[0].taxes[0].amount', 'text "9"'], ['placed', 'placedAt, note', 'nothing'],
    ])
  })
  test('null is no broken value unless the rule is that something is there, and what lies in a record that is null is nobody\'s fault', () => {
    const set = rules('order.v1', {
      'note-pattern': { says, broken: 'reject', rule: 'pattern', field: 'note', matches: /^x/ },
      'city': { says, broken: 'reject', rule: 'required', field: 'shippingAddress.city' },
      'note': { says, broken: 'reject', rule: 'required', field: 'note' },
      'tags': { says, broken: 'reject', rule: 'required', field: 'tags' },
    })
    expect(broken(set, order()).map(([name]) => name)).toEqual(['note', 'tags'])
    expect(broken(set, order({ note: '', shippingAddress: { city: null } })).map(([name]) => name)).toEqual(['note-pattern', 'city', 'note', 'tags'])
  })
  test('bounds are exact where a float is not', () => {
    const at = (bound: object) => rules('order.v1', { 'total-bound': { says, broken: 'reject', rule: 'range', field: 'totals.total', ...bound } as never })
    const total = (amount: string) => order({ totals: { total: d(amount) } })
    expect(broken(at({ max: '0.3' }), total('0.300000001')).length).toBe(1)
    expect(broken(at({ max: '9007199254740993' }), total('9007199254740993')).length).toBe(0)
    expect(broken(at({ below: '9007199254740993' }), total('9007199254740993')).length).toBe(1)
    expect(broken(at({ min: '-0.000000001' }), total('-0.000000002')).length).toBe(1)
  })
  test('a condition keeps a rule to the records that it is about', () => {
    const set = rules('order.v1', { 'noted': { says, broken: 'reject', rule: 'required', field: 'note', where: { status: ['CANCELLED', 'FAILED'], 'totals.shipping': d('4.90') } } })
    expect(broken(set, order())).toEqual([])
    expect(broken(set, order({ status: 'FAILED' })).length).toBe(1)
    expect(broken(set, order({ status: 'FAILED', totals: { shipping: null } }))).toEqual([])
  })
  test('a rule with a bug is a broken rule and says where, it does not stop the source', () => {
    const set = rules('order.v1', { 'buggy': { says, broken: 'reject', rule: 'custom', fields: ['note'], holds: ({ note }) => note!.startsWith('x') } })
    expect(broken(set, order())).toEqual([['buggy', '', expect.stringMatching(/^TypeError at rules\.test\.ts:\d+$/)]])
  })
  test('what is declared wrong does not load', () => {
    const load = (rule: object) => () => rules('order.v1', { 'a-rule': { says, broken: 'warn', ...rule } as never })
    expect(load({ rule: 'range', field: 'totals.total' })).toThrow('a range needs a bound')
    expect(load({ rule: 'range', field: 'totals.total', min: '1e5' })).toThrow('min is no decimal')
    expect(load({ rule: 'pattern', field: 'note', matches: /x/g })).toThrow('remembers')
    expect(load({ rule: 'required', field: 'note', says: 'nothing' })).toThrow('says is no sentence')
    expect(() => rules('order.v1', { 'A rule': { says, broken: 'warn', rule: 'required', field: 'note' } })).toThrow('a name is lower case')
    const set = rules('order.v1', { 'a-rule': { says, broken: 'warn', rule: 'required', field: 'note' } })
    expect(() => ruleCheck('order.v1', [set, set])).toThrow('two rules for order.v1 are named a-rule')
  })
  test('a changed bound, pattern or function changes the fingerprint', () => {
    const of = (rule: object) => rulesFingerprint([rules('order.v1', { 'a-rule': { says, broken: 'warn', ...rule } as never })])
    const all = [{ rule: 'range', field: 'totals.total', min: '1' }, { rule: 'range', field: 'totals.total', min: '2' }, { rule: 'pattern', field: 'note', matches: /a/ }, { rule: 'pattern', field: 'note', matches: /b/ },
      { rule: 'custom', fields: ['note'], holds: () => true }, { rule: 'custom', fields: ['note'], holds: () => false }].map(of)
    expect(new Set(all).size).toBe(all.length)
  })
  test('no two models have a rule of the same name', () => {
    const names = Object.values(modelRules).flatMap((it) => Object.keys(it.rules))
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })
})

const places = (each: 'line' | 'document', how: 'half-up' | 'truncate', decimals: number | { of: 'currency' }) => ({ each, how, places: decimals })
const subtotal = (rounding: ReturnType<typeof places>) => totalRule({ says, broken: 'reject', rule: 'total', field: 'totals.subtotal', sum: [{ each: 'lines', plus: [['quantity', 'unitPrice']], minus: ['discount'] }], rounding })
const priced = (said: string, ...lines: [quantity: string, price: string, discount?: string][]) =>
  order({ totals: { subtotal: said }, lines: lines.map(([quantity, unitPrice, discount = '0']) => ({ quantity, unitPrice, discount })) })

describe('a total', () => {
  test('is rounded by line or by document, to the half or cut off, as declared', () => {
    const lines = (said: string) => priced(said, ['3', '0.335'], ['1', '1.005'], ['1', '1.005'])
    const sums = (rounding: ReturnType<typeof places>) => ['3', '3.01', '3.015', '3.02', '3.03'].filter((said) => subtotal(rounding)(lines(said)))
    expect(sums(places('line', 'half-up', 2))).toEqual(['3.03'])
    expect(sums(places('line', 'truncate', 2))).toEqual(['3'])
    expect(sums(places('document', 'half-up', 2))).toEqual(['3.02'])
    expect(sums(places('document', 'truncate', 2))).toEqual(['3.01'])
    expect(sums(places('document', 'half-up', 3))).toEqual(['3.015'])
  })
  test('takes the decimals of the currency', () => {
    const holds = subtotal(places('line', 'half-up', { of: 'currency' }))
    expect(['EUR', 'JPY', 'KWD'].map((currency) => ['2.68', '3', '2.676'].filter((said) => holds({ ...priced(said, ['1', '2.6755']), currency })))).toEqual([['2.68'], ['3'], ['2.676']])
  })
  test('of negative amounts rounds a half away from zero', () => expect(subtotal(places('line', 'half-up', 2))(priced('-2.35', ['-1', '2.345']))).toBe(true))
  test('says nothing where a part is not known', () => {
    expect(subtotal(places('line', 'half-up', 2))(priced('9', ['1', null as never]))).toBe(true)
    expect(subtotal(places('line', 'half-up', 2))(order({ totals: { subtotal: null } }))).toBe(true)
    const total = totalRule({ says, broken: 'reject', rule: 'total', field: 'totals.total', sum: ['totals.subtotal', 'totals.shipping'], less: ['totals.discount'], rounding: places('document', 'half-up', 2) })
    expect([{ subtotal: '1', shipping: null, discount: '0', total: '9' }, { subtotal: '1', shipping: '2', discount: '0.5', total: '2.5' }, { subtotal: '1', shipping: '2', discount: '0.5', total: '2.6' }].map((totals) => total({ totals }))).toEqual([true, true, false])
  })
  test('is exact for amounts of any length, and the quick way and the long way agree', () => {
    expect(subtotal(places('document', 'half-up', 9))(priced('99999999999999999999.000000001', ['1', '99999999999999999999.000000001']))).toBe(true)
    expect(subtotal(places('document', 'half-up', 9))(priced('99999999999999999999.000000002', ['1', '99999999999999999999.000000001']))).toBe(false)
    const amount = fc.tuple(fc.boolean(), fc.oneof(fc.nat(99), fc.nat(999_999), fc.bigInt(0n, 10n ** 20n)), fc.nat(9)).chain(([minus, whole, decimals]) => fc.bigInt(0n, 10n ** BigInt(decimals) - 1n).map((fraction) => `${minus ? '-' : ''}${whole}${decimals === 0 ? '' : `.${`${fraction}`.padStart(decimals, '0')}`}`))
    const line = fc.tuple(amount, amount, amount), how = fc.constantFrom('half-up' as const, 'truncate' as const)
    fc.assert(fc.property(fc.array(line, { maxLength: 5 }), how, fc.constantFrom('line' as const, 'document' as const), fc.nat(9), fc.integer({ min: -1, max: 1 }), (lines, way, each, decimals, off) => {
      const long = (text: string) => { const [whole = '', fraction = ''] = text.split('.'); return BigInt(whole + fraction.padEnd(9, '0')) }
      const unit = 10n ** BigInt(18 - decimals)
      const of = lines.map(([a, b, c]) => long(a) * long(b) - long(c) * 10n ** 9n)
      const exact = roundedBig(of.reduce((sum, it) => sum + (each === 'line' ? roundedBig(it, unit, way) : it), 0n), unit, way) + BigInt(off) * unit
      const said = `${exact < 0n ? '-' : ''}${String((exact < 0n ? -exact : exact) / 10n ** 18n)}.${String((exact < 0n ? -exact : exact) % 10n ** 18n).padStart(18, '0').slice(0, 9)}`
      if (/^-?\d{1,29}\./.test(said)) expect(subtotal(places(each, way, decimals))(priced(said, ...lines as [string, string, string][]))).toBe(off === 0)
    }), { numRuns: 2_000 })
  })
  test('numbers and long numbers are rounded alike', () => fc.assert(fc.property(fc.maxSafeInteger(), fc.nat(9), fc.constantFrom('half-up' as const, 'truncate' as const), (value, places, how) => {
    fc.pre(Math.abs(value) < 2 ** 52)
    expect(BigInt(rounded(value, 10 ** places, how))).toBe(roundedBig(BigInt(value), 10n ** BigInt(places), how))
  })))
})

describe('a cross-reference', () => {
  const table = tableCard({ name: 'articles', says: 'Articles.', topic: 'table.articles', key: 'The article number.', stale: 'PT1M', owner: 'Shop', onCall: '#shop' })
  const set = rules('order.v1', { 'known-article': { says, broken: 'reject', rule: 'cross-reference', field: 'lines[].sku', table } })
  const check = ruleCheck('order.v1', [set])!
  const holding = (...keys: string[]) => ({ has: (of: unknown, key: string) => of === table && keys.includes(key) })
  test('refuses a text that the table does not hold, at its place, and passes over null', () => {
    expect(check(order(), holding('A'))).toBeNull()
    expect(check(order(), holding('B'))).toMatchObject([{ name: 'known-article', field: 'lines[0].sku', got: 'text "A"' }])
  })
  test('says nothing where nobody has the table: samples without one are not refused', () => {
    expect(check(order())).toBeNull()
    expect(check(order(), { has: () => null })).toBeNull()
  })
  test('names the table that it needs, and waits for a duration only', () => {
    expect(tablesOf([set, set])).toEqual([table])
    expect(() => rules('order.v1', { 'known-article': { says, broken: 'warn', rule: 'cross-reference', field: 'number', table, waits: 'P1Y' } })).toThrow(/known-article: waits: P1Y is no ISO 8601/)
    expect(() => tableCard({ ...table, stale: 'PT0S', owner: '' })).toThrow('The card of the table articles is wrong: owner is missing; stale is nothing.')
  })
})

test('the rules of the models accept an ordinary record', () => {
  expect(ruleCheck('order.v1', [modelRules['order.v1']])!({ ...order({ closedAt: null, test: false }) } as Models['order.v1'])).toBeNull()
})
