import { track, type Draft } from '../draft.ts'
import { firstNames, lastNames } from '../names.ts'
import { tables, type CustomerRow } from '../payloads/inventory.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import { inventoryTable, type Row } from './inventory-table.ts'

const inSnapshot = 40

/** The customers table: a snapshot of what was there, then rows that come, change and go. */
export function inventoryCustomers(world: World): () => Draft {
  const { random } = world
  const table = inventoryTable<CustomerRow>(world, { source: 'inventory-customers', table: 'customers', columns: tables.customers, sums: () => [] })
  const rows = makePool<Row<CustomerRow>>(random, 2_000)
  let last = 1000
  return () => table.tombstone() ?? (last < 1000 + inSnapshot ? insert('r') : random.chance(0.25) ? change() : insert('c'))

  function insert(op: 'r' | 'c'): Draft {
    const id = ++last
    const row: Row<CustomerRow> = {
      tracked: track('customer.v1', `inventory:${id}`), key: { id }, state: 0, lsn: 0,
      value: { id, first_name: random.pick(firstNames), last_name: random.pick(lastNames), email: `person.${id}@example.org` },
    }
    rows.add(row)
    return table.event(row, op, null)
  }

  function change(): Draft {
    const row = rows.any()
    return row === undefined ? insert('c') : random.chance(0.2) ? remove(row) : update(row)
  }

  function update(row: Row<CustomerRow>): Draft {
    const before = row.value
    row.value = random.chance(0.5) ? { ...before, last_name: random.pick(lastNames) } : { ...before, email: `person.${before.id}.${row.state}@example.org` }
    // What comes after may also be the end of the row: the update then arrives after the delete.
    return table.event(row, 'u', before, () => (random.chance(0.3) ? remove(row) : update(row)))
  }

  function remove(row: Row<CustomerRow>): Draft {
    rows.remove(row)
    return table.event(row, 'd', row.value)
  }
}
