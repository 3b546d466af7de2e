import { expect, test } from 'vitest'
import { stateOf } from './state-record.ts'

const said = { unit: 'shop', stage: 'translate', topic: 'source.shop', partition: 0, state: 'running', code: null, reason: null, position: 0, instance: 'one', at: '2026-01-01T12:00:00.000Z' }
const read = (it: object) => stateOf(Buffer.from(JSON.stringify(it)))

test('who has not met a record yet is heard all the same', () => {
  expect(read({ ...said, position: -1 })).toMatchObject({ state: 'running', position: -1 })
})

test('what is no state says nothing', () => {
  expect(read(said)).toEqual(said)
  expect(read({ ...said, state: 'dancing' })).toBeNull()
  expect(read({})).toBeNull()
  expect(stateOf(Buffer.from('{'))).toBeNull()
})
