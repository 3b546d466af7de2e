import type { Draft, Sum, Tracked } from '../draft.ts'
import { envelope, type Column, type Operation } from '../payloads/debezium.ts'
import type { SourceName } from '../sources.ts'
import type { World } from '../world.ts'

/** A row of a table that Debezium watches. */
export interface Row<R extends object> { readonly tracked: Tracked; readonly key: object; value: R; state: number; lsn: number }
export interface Table<R extends object> { source: SourceName; table: string; columns: readonly Column[]; sums: (value: R) => readonly Sum[] }

// One write-ahead log for the whole database, so positions rise over all tables.
const logs = new WeakMap<World, { lsn: number }>()

/** Turns what happens to a row into Debezium's events; a delete is followed by its tombstone. */
export function inventoryTable<R extends object>(world: World, { source, table, columns, sums }: Table<R>) {
  const { random, clock } = world
  const log = logs.get(world) ?? { lsn: 24_023_128 + world.base * 400 }
  logs.set(world, log)
  const tombstones: Draft[] = []
  let events = 0
  return { event, tombstone: () => tombstones.pop() }

  function event(row: Row<R>, op: Operation, before: R | null, again: Draft['again'] = null): Draft {
    const lsn = log.lsn += 8 * (1 + random.below(40))
    row.state++
    row.lsn = lsn
    // Some operators switch embedded schemas on and off again: a stretch of records has them.
    const embedded = Math.floor(events++ / 500) % 4 === 1
    const payload = envelope({ table, columns, op, before, after: op === 'd' ? null : row.value, lsn, seconds: clock.now(), millis: random.below(1000) }, embedded)
    const key = JSON.stringify(row.key)
    if (op === 'd') tombstones.push({ source, key, payload: null, gives: [], filtered: 'tombstone', again: null })
    return { source, key, payload, filtered: null, again, gives: [{ tracked: row.tracked, state: row.state, version: lsn, deleted: op === 'd', sums: op === 'd' ? [] : sums(row.value) }] }
  }
}
