import { describe } from 'vitest'
import { fixturesTest } from './fixture-outcomes.ts'
import customers from './inventory-customers/mapping.ts'

// All of them tell of the table customers; the envelope is the same for every table.
const anEvent = (event: unknown) => [event]
// A key lies beside a value on the topic, never in its place.
const key = ['refused payload.unknown-kind: op'], truncate = ['refused payload.truncate: op'], message = ['filtered logical-message']
const first = ['customer.v1 inventory:1'], firstDeleted = ['deletes customer.v1 inventory:1'], anne = ['customer.v1 inventory:1004'], anneDeleted = ['deletes customer.v1 inventory:1004']

describe('events of Debezium\'s documentation', () => fixturesTest('debezium/doc-events', customers, {
  // CloudEvents are another envelope; the contract promises Debezium's own.
  'cloudevents-01-other.json': ['refused payload.unknown-kind: op'],
  'cloudevents-02-other.json': ['refused payload.unknown-kind: op'],
  // Boundaries of transactions have a topic of their own.
  'postgresql-01-key.json': ['refused payload.unknown-kind: op'],
  // A row of another table.
  'postgresql-02-op-c.json': ['refused payload.breaks-contract: ts_ms after.id after.first_name after.last_name after.email'],
  'postgresql-03-key-schema.json': key,
  'postgresql-04-key-schema.json': key,
  'postgresql-05-op-c-schema.json': first,
  'postgresql-06-op-u-schema.json': first,
  'postgresql-07-op-d-schema.json': firstDeleted,
  'postgresql-08-op-t-schema.json': truncate,
  'postgresql-09-op-m-schema.json': message,
  'tutorial-01-key-schema.json': key,
  'tutorial-02-op-r-schema.json': anne,
  'tutorial-proc-deleting-record-database-viewing-delete-event-01-key-schema.json': key,
  'tutorial-proc-deleting-record-database-viewing-delete-event-02-op-d-schema.json': anneDeleted,
  'tutorial-proc-deleting-record-database-viewing-delete-event-03-key-schema.json': key,
  'tutorial-proc-deleting-record-database-viewing-delete-event-04-other-schema.json': ['filtered tombstone'],
  'tutorial-proc-updating-database-viewing-update-event-01-key-schema.json': key,
  'tutorial-proc-updating-database-viewing-update-event-02-op-u-schema.json': anne,
  'tutorial-proc-viewing-create-event-01-key-schema.json': key,
  'tutorial-proc-viewing-create-event-02-op-r-schema.json': anne,
}, anEvent))

describe('events of older connectors', () => fixturesTest('drift/debezium', customers, {
  ...all('mysql', { c: anne, u: anne, d: anneDeleted }, ['0.10.0', '1.9.0', '2.1.0']),
  ...all('mysql', { t: truncate }, ['2.1.0']),
  ...all('postgresql', { c: first, u: first, d: firstDeleted }, ['0.10.0', '1.2.0', '1.9.0', '2.1.0']),
  ...all('postgresql', { m: message, t: truncate }, ['1.9.0', '2.1.0']),
}, anEvent))

function all(connector: string, outcomes: Record<string, readonly string[]>, versions: readonly string[]): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(outcomes).flatMap(([op, outcome]) => versions.map((version) => [`${connector}/${op}.${version}.Final.json`, outcome])))
}
