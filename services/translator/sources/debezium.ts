import { Type } from 'typebox'
import { contract } from '../../../canonical/contract.ts'
import { Exact, ExactNumber } from '../../../canonical/exact.ts'
import { text } from '../../../canonical/meanings.ts'
import { microseconds, millis, type Micros } from '../../../canonical/micros.ts'
import { Refused } from '../../../canonical/refused.ts'

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const maybe = <T extends Type.TSchema>(type: T) => Type.Optional(nullable(type))

/** Debezium's envelope around the rows of one table. Of the row before, only its key is read: by default the database logs no more. */
export const envelope = <R extends Type.TSchema, K extends Type.TSchema>(row: R, key: K) => contract(Type.Object({
  op: Type.String(),
  ts_ms: maybe(Type.Integer()),
  before: maybe(key),
  after: maybe(row),
  source: Type.Object({
    connector: maybe(Type.String()), ts_ms: maybe(Type.Integer()), ts_us: maybe(Type.Integer()),
    lsn: maybe(ExactNumber()), file: maybe(Type.String()), pos: maybe(ExactNumber()),
  }),
}))

/** What every source of Debezium's shares. */
export const debezium = {
  kind: 'op',
  inside: {
    says: 'Kafka Connect\'s JSON converter wraps the envelope as {schema, payload} where schemas are switched on. Both forms are read.',
    open: (given: unknown) => (typeof given === 'object' && given !== null && 'schema' in given && 'payload' in given ? given.payload : given),
  },
  empty: { filtered: 'tombstone', says: 'A record without a value follows each delete, for the topic\'s compaction; the delete itself came before it.' },
  filtered: { 'logical-message': { says: 'A message that an application wrote to the database\'s log (pg_logical_emit_message); no row changed.', is: ['m'] } },
  refused: { t: { code: 'payload.truncate', says: 'a change of one row: a truncate names no rows, so no delete can be derived from it. Compare the target with the table, or take a new snapshot' } },
} as const

/** Operations with a row: create, update, delete, read by a snapshot. */
export const rowOperations = ['c', 'u', 'd', 'r'] as const

export const isDelete = { says: 'Where the row was deleted (operation d).', from: 'op', get: (op: string) => op === 'd' } as const

/** Where the change stands in the database's log: what orders the states of a row, through restarts of the connector too. */
export const position = {
  says: 'Place in the database\'s log: PostgreSQL\'s LSN, or MySQL\'s binlog file number × 2^32 + position. Connectors of other databases: time of the commit, which is weaker.',
  from: ['source.connector', 'source.lsn', 'source.file', 'source.pos', 'source.ts_us', 'source.ts_ms'],
  get: positionOf,
} as const

type Whole = number | Exact | null | undefined
function positionOf(connector: string | null | undefined, lsn: Whole, file: string | null | undefined, pos: Whole, us: number | null | undefined, ms: number | null | undefined): number {
  if (lsn !== null && lsn !== undefined) return whole(lsn, Number.MAX_SAFE_INTEGER)
  if (file !== null && file !== undefined) return binlog(file) * 2 ** 32 + whole(pos, 2 ** 32 - 1)
  // A time is a far greater number than a log position: it must never order the rows of a database that has positions.
  if (connector === null || connector === undefined || ['postgresql', 'mysql', 'mariadb'].includes(connector)) throw new Refused('value.missing', 'a position in the log: lsn, or file and pos', lsn)
  return us ?? commitTime(ms)
}

/** When the database committed; old connectors leave that out or send 0, then when the connector read it. */
export const committed = {
  says: 'When the database committed the change; where that is missing or 0 (snapshots of old connectors), when the connector read it.',
  from: ['source.ts_us', 'source.ts_ms', 'ts_ms'],
  get: (us: number | null | undefined, ms: number | null | undefined, read: number | null | undefined): Micros => (us ? microseconds(us) : commitTime(ms ? ms : read)),
} as const

function commitTime(ms: number | null | undefined): Micros {
  if (ms === null || ms === undefined) throw new Refused('value.missing', 'milliseconds since 1970', ms)
  return millis(ms)
}

/** Text that the database did send: PostgreSQL leaves out long values that an update did not touch. */
export function sent(value: string): string {
  if (value === '__debezium_unavailable_value') throw new Refused('value.not-sent', 'the value itself: set REPLICA IDENTITY FULL on the table', value)
  return text(value)
}

function binlog(file: string): number {
  const digits = /\.(\d{1,7})$/.exec(file)?.[1]
  const number = Number(digits)
  if (digits === undefined || number >= 2 ** 21) throw new Refused('value.not-position', 'a binlog file with a number below 2097152', file)
  return number
}

function whole(value: Whole, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) throw new Refused('value.not-position', `a whole number up to ${most}`, value)
  return value
}
