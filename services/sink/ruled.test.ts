import { expect, test } from 'vitest'
import { ruleCheck } from '../../canonical/rule-check.ts'
import { ruleTable } from '../../canonical/rule-sheet.ts'
import { ofTheRecord, rules, targetRules } from '../../canonical/rules.ts'
import { modelRules } from '../../canonical/rules/index.generated.ts'
import { sources } from '../translator/sources/index.generated.ts'
import { refuseUnkept } from './kept-rules.ts'
import { ruled } from './ruled.ts'
import { delivery, order } from './target-samples.ts'
import { targets } from './targets/index.generated.ts'

const set = rules('order.v1', {
  'has-a-number': { says: 'A number.', broken: 'reject', rule: 'pattern', field: 'number', matches: /^#/ },
  'small-orders': { says: 'Small.', broken: 'warn', rule: 'range', field: 'totals.total', max: '10' },
})
const judge = ruled(ruleCheck('order.v1', [set]))
const one = (total: string, number: string) => ({ delivery: delivery('order.v1', { id: 'a', version: 1, content: { ...order('a', total), number } }) })

test('a record that breaks a rule of the target is refused for it with every reason, or counted and passed on', () => {
  expect(judge([one('1', '#1'), one('11', '#1'), one('11', '1')])).toMatchObject([
    { delivery: {} }, { warned: ['small-orders'] },
    { warned: ['small-orders'], refused: { outcome: 'rejected', code: 'rule.has-a-number', says: 'A number.', problems: [{ field: 'number', from: ['number'], got: 'text "9"' }] } },
  ])
  expect(judge([one('1', '#1'), one('11', '#1')]).map((it) => 'refused' in it)).toEqual([false, false])
})
test('a delete and what cannot be read have no fields to judge, and without rules nothing is touched', () => {
  const read = [{ delivery: delivery('order.v1', { id: 'a', version: 1, content: null }) }, { problems: [] }]
  expect(judge(read)).toEqual(read)
  expect(ruled(null)(read)).toBe(read)
})
test('no two rules of models, sources and targets have the same name, and a target has rules only for what it takes', () => {
  const own = [...Object.values(sources).flatMap(({ source }) => source.rules ?? []), ...targets.flatMap((it) => it.rules), ...Object.values(modelRules)]
  const names = own.flatMap((it) => Object.keys(it.rules))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  for (const { card, rules: its } of targets) expect(its.filter(({ model }) => !card.models.includes(model))).toEqual([])
})
test('what has to be unique is refused at the start of a target that has no constraint for it, and judges no record by itself', () => {
  const { card } = targets.find((it) => it.card.kind === 'api')!, unique = [targetRules('order.v1', { 'one-number': { says: 'Once.', broken: 'reject', rule: 'unique', fields: ['number'] } })]
  expect(() => { refuseUnkept(card, unique, {}) }).toThrow(/crm-http has nothing that could keep one-number/)
  expect(() => { refuseUnkept(card, unique, { keepsUnique: true }) }).not.toThrow()
  expect(ruleCheck('order.v1', ofTheRecord(unique))).toBe(null)
  expect(ruleTable(unique).at(-1)).toContain('`number`: no two entities have the same')
})
