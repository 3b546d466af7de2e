import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mishaps, wellBehaved } from './misbehaviour.ts'
import { Store } from './store.ts'

test('effects and answers are there after a restart, a half-written line is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'crm-'))
  try {
    const before = new Store(folder, ['customers'])
    before.act({ key: 'k1', method: 'PUT', collection: 'customers', id: 'a', body: { name: 'Ada' }, answer: { status: 201, body: { id: 'a' } } })
    before.act({ key: 'k2', method: 'PUT', collection: 'customers', id: 'b', body: { name: 'Bob' }, answer: { status: 201, body: { id: 'b' } } })
    before.act({ key: 'k3', method: 'DELETE', collection: 'customers', id: 'b', body: null, answer: { status: 200, body: { id: 'b' } } })
    before.close()
    appendFileSync(join(folder, 'effects.jsonl'), '{"seq":4,"key":"k4"')
    const after = new Store(folder, ['customers'])
    expect([[...after.collection('customers')!], after.recorded('k3')?.answer.status, after.recorded('k4')]).toEqual([[['a', { name: 'Ada' }]], 200, undefined])
    expect(after.act({ key: 'k4', method: 'PUT', collection: 'customers', id: 'c', body: {}, answer: { status: 201, body: {} } }).seq).toBe(4)
    after.close()
    const last = new Store(folder, ['customers'])
    expect(last.effects.map(({ key }) => key)).toEqual(['k1', 'k2', 'k3', 'k4'])
    last.close()
  } finally { rmSync(folder, { recursive: true, force: true }) }
})

test('equal seeds misbehave equally, about as often as they were told', () => {
  const how = { ...wellBehaved, error500: 0.2, dropAnswerAfterActing: 0.1, seed: 3 }
  const draw = () => { const next = mishaps(how); return Array.from({ length: 5_000 }, next) }
  const drawn = draw(), share = (mishap: string) => drawn.filter((it) => it === mishap).length / drawn.length
  expect(draw()).toEqual(drawn)
  expect([share('error500'), share('dropAnswerAfterActing'), share('rate429')]).toEqual([expect.closeTo(0.2, 1), expect.closeTo(0.1, 1), 0])
})
