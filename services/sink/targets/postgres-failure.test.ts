import pg from 'pg'
import { expect, test } from 'vitest'
import { classified, isRefusal } from './postgres-failure.ts'

const refused = (code: string, message = 'invalid input syntax for type numeric: "Ada Lovelace"') => Object.assign(new pg.DatabaseError(message, 1, 'error'), { code })

test.each(['22P05', '22003', '23505', '54000'])('%s refuses the values themselves', (code) => expect(isRefusal(refused(code))).toBe(true))

test('what the database says of values gets into no error that is told', () => {
  const told = classified(refused('22P02'), 'recording') as Error
  expect([told.name, told.message]).toEqual(['Stopped', 'recording: the database refuses values (22P02)'])
})

test('a database that does not answer passes by itself', () => expect(classified(new Error('Query read timeout'), 'writing')).toMatchObject({ name: 'Transient' }))
test('a bug stays a bug', () => { const bug = new TypeError('x is not a function'); expect(classified(bug, 'writing')).toBe(bug) })
