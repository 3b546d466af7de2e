import type { PoolClient } from 'pg'
import { isRefusal } from '../postgres-failure.ts'
import { groupByEntity, parked, reduce, type Group } from '../state-order.ts'
import type { Delivery, Verdict } from '../target.ts'
import { notUnique, type UniqueIndex } from './unique-index.ts'
import type { Writer } from './writer.ts'

// No database of this kind takes a NUL in a text or an index entry of a megabyte, whatever its owner changes.
const ofTheValuesAlone: ReadonlySet<string> = new Set(['22P05', '22021', '54000'])

/** The database has refused something of a chunk that was written in one go: it is to be written again, carefully. */
export class SomethingRefused extends Error { override readonly name = 'SomethingRefused' }

/**
 * Writes one chunk's records into the open transaction and says what became of each. Carefully: set by set under savepoints, so that
 * what the database refuses is found, and only that is left out. Else the first refusal ends the transaction, which is cheaper where there is none.
 */
export async function deliver(client: PoolClient, writer: Writer, deliveries: readonly Delivery[], { strict, carefully, unique }: { strict: boolean; carefully: boolean; unique: readonly UniqueIndex[] }): Promise<readonly Verdict[]> {
  const verdicts = new Array<Verdict | undefined>(deliveries.length)

  const write = async (groups: readonly Group[]): Promise<void> => {
    for (const round of rounds(groups)) {
      const written = await writer.write(client, round.map((at) => deliveries[at]!))
      for (let place = 0; place < round.length; place++) verdicts[round[place]!] = written[place]!
    }
  }
  /** In one set; where the database refuses it, in halves, down to the record that is refused. */
  const writeCarefully = async (groups: readonly Group[]): Promise<void> => {
    await client.query('savepoint rows')
    try {
      await write(groups)
      await client.query('release savepoint rows')
    } catch (error) {
      if (!isRefusal(error)) throw error
      await client.query('rollback to savepoint rows')
      // Invariant 7: the neighbours of a refused record are written all the same.
      if (groups.length > 1) { const half = groups.length >> 1; await writeCarefully(groups.slice(0, half)); await writeCarefully(groups.slice(half)) }
      else if (groups[0]!.length > 1) {
        for (const at of groups[0]!) {
          // Invariant 4: where every state counts, what follows a refused one waits for it.
          if (strict && refused(groups[0]!)) verdicts[at] = parked
          else await writeCarefully([[at]])
        }
      }
      else {
        const at = groups[0]![0]!
        // A constraint is looked at before the versions are. Invariant 3: what is older than what is held would not be written anyway, and owes nobody anything.
        const [lost] = await writer.outdated(client, [deliveries[at]!])
        verdicts[at] = lost ?? rejected(error, unique)
      }
    }
  }
  const refused = (group: Group) => group.some((at) => verdicts[at]?.outcome === 'rejected')
  /** A state model writes each entity's highest state; a strict one writes round n with the n-th record of every entity. */
  function rounds(groups: readonly Group[]): number[][] {
    if (!strict) return [groups.map((group) => reduce(group, deliveries, verdicts))]
    const most = Math.max(...groups.map((group) => group.length))
    return Array.from({ length: most }, (_, n) => groups.flatMap((group) => group.slice(n, n + 1)))
  }

  const groups = groupByEntity(deliveries)
  try {
    if (groups.length > 0) await (carefully ? writeCarefully : write)(groups)
    await writer.addTotals(client)
  } catch (error) { throw !carefully && isRefusal(error) ? new SomethingRefused() : error }
  return verdicts as Verdict[]
}

function rejected({ code, column, constraint }: { code?: string | undefined; column?: string | undefined; constraint?: string | undefined }, unique: readonly UniqueIndex[]): Verdict {
  const kept = code === '23505' ? unique.find(({ name }) => name === constraint) : undefined
  if (kept !== undefined) return notUnique(kept)
  // Invariant 13: the database's own message may hold the value.
  const field = column ?? constraint ?? 'record'
  return { outcome: 'rejected', code: 'target.refused', ofTheValues: ofTheValuesAlone.has(`${code}`), says: 'The target database refuses the values of this record.', problems: [{ field, from: [], code: `sqlstate.${code}`, expected: 'what the column and its constraints take', got: 'a value it refuses' }] }
}
