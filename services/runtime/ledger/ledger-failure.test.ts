import { expect, test } from 'vitest'
import { ledgerFailure } from './ledger-failure.ts'

// What pg says without a code when the connection is gone; Prisma hands it through as it is.
test.each(['Connection terminated unexpectedly', 'Connection terminated', 'timeout exceeded when trying to connect', 'Client has encountered a connection error and is not queryable', 'Query read timeout', 'read ECONNRESET'])('"%s" is an outage, no bug', (message) => {
  expect(ledgerFailure(new Error(message))).toMatchObject({ name: 'Environment', code: 'ledger.unreachable' })
})

test('a bug stays a bug', () => { const bug = new TypeError('x is not a function'); expect(ledgerFailure(bug)).toBe(bug) })
