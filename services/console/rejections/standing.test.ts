import { expect, test } from 'vitest'
import { standing, type State } from './standing.ts'

const state = (more: Partial<State> = {}): State => ({ entity: 'a:1', version: 7, revision: 0, effectKey: 'k', origin: { topic: 's', partition: 0, offset: 10 }, ...more })
const held = (more: Partial<State> = {}, deleted = false) => ({ ...state({ effectKey: 'held', ...more }), deleted })

test('a record is judged by version, then revision, then its place in the partition that both come from', () => {
  expect(standing(state(), undefined).will).toBe('be applied')
  expect(standing(state(), held({ effectKey: 'k', origin: { topic: 'x', partition: 9, offset: 0 } })).will).toBe('be there already')
  expect(standing(state(), held({ version: 6, revision: 5 })).will).toBe('be applied')
  expect(standing(state({ revision: 1 }), held()).will).toBe('be applied')
  expect(standing(state(), held({ version: 8 }))).toMatchObject({ will: 'be superseded', precisely: 'Superseded by version 8.' })
  expect(standing(state(), held({ revision: 2 }))).toMatchObject({ will: 'be superseded', precisely: 'Superseded by version 7.2.' })
  expect(standing(state(), held({ version: 8 }, true))).toMatchObject({ will: 'be superseded', precisely: 'Superseded by version 8, a delete.' })
  expect(standing(state(), held({ origin: { topic: 's', partition: 0, offset: 9 } })).will).toBe('be applied')
  expect(standing(state(), held({ origin: { topic: 's', partition: 0, offset: 11 } })).will).toBe('be superseded')
  expect(standing(state(), held({ origin: { topic: 's', partition: 1, offset: 9 } })).says).toMatch(/conflict/)
})
