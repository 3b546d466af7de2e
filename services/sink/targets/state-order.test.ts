import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delivery } from '../target-samples.ts'
import { compareStates, groupByEntity, reduce } from './state-order.ts'
import type { Verdict } from './target.ts'

const state = fc.record({ version: fc.integer({ min: 1, max: 4 }), revision: fc.integer({ min: 0, max: 1 }), offset: fc.integer({ min: 0, max: 6 }), name: fc.constantFrom('Ada', 'Bob') })
  .map(({ name, ...it }) => delivery('stock-level.v1', { id: 'a', ...it, content: { product: name, sku: null, location: 'x', onHand: '1' as never, reserved: null, asOf: 0 as never } }))

test('two states are never both newer than the other', () => {
  fc.assert(fc.property(state, state, ({ meta: a }, { meta: b }) => {
    const there = compareStates(a, b), back = compareStates(b, a)
    expect([there, back]).not.toEqual(['newer', 'newer'])
    if (there === 'newer') expect(back).toBe('older')
    if (there === 'same') expect(back).toBe('same')
  }))
})

test('of all states of an entity the highest is kept, and each other has its outcome', () => {
  fc.assert(fc.property(fc.array(state, { minLength: 1, maxLength: 8 }), (states) => {
    const verdicts: (Verdict | undefined)[] = []
    const [group] = groupByEntity(states), winner = reduce(group!, states, verdicts)
    for (const at of group!) {
      expect(compareStates(states[at]!.meta, states[winner]!.meta)).not.toBe('newer')
      expect(verdicts[at] === undefined).toBe(at === winner)
    }
  }))
})
