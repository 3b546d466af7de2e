import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { findingId, type Found, markOf } from '../findings/finding.ts'

/** So many of one kind, source and model are named one by one; more than that have one cause, and nobody reads them. */
export const mostNamed = 1_000

/** What is to be written of these differences: each by name while there are few, and one more that counts the rest. Who writes it holds the cursor, so that each is counted once. */
export async function nameSome(tx: LedgerTransaction, found: readonly Found[], most = mostNamed): Promise<Found[]> {
  const named: Found[] = []
  for (const these of Map.groupBy(found, ({ unit, kind, model }) => JSON.stringify([unit, kind, model])).values()) {
    const { unit, kind, model } = these[0]!, isOpen = { status: { in: ['open', 'acknowledged', 'repairing'] } }
    const known = new Set((await tx.finding.findMany({ where: { ...isOpen, id: { in: these.map(findingId) } }, select: { id: true } })).map(({ id }) => id))
    const room = most - await tx.finding.count({ where: { ...isOpen, unit, kind, model, entity: { not: null } } })
    const fresh = these.filter((it) => !known.has(findingId(it)))
    named.push(...these.filter((it) => known.has(findingId(it))), ...fresh.slice(0, Math.max(0, room)))
    const more = fresh.length - Math.max(0, Math.min(room, fresh.length))
    if (more > 0) named.push(await theOthers(tx, { unit, kind, model }, more, most))
  }
  return named
}

async function theOthers(tx: LedgerTransaction, { unit, kind, model }: Pick<Found, 'unit' | 'kind' | 'model'>, more: number, most: number): Promise<Found> {
  const about = `more of ${model ?? 'no model'}`, held = await tx.finding.findFirst({ where: { id: findingId({ unit, kind, about }), status: { in: ['open', 'acknowledged'] } }, select: { place: true } })
  const records = more + Number((held?.place as { records?: number } | undefined)?.records ?? 0)
  return {
    unit, kind, model, entity: null, about, place: { records }, fields: [], mark: markOf(kind, about),
    says: `${records} more records of ${model ?? 'no model'} differ in this way; the first ${most} are named one by one. So many have one cause: mend it, then npm run hub -- remap ${unit}, then npm run hub -- audit --source ${unit}.`,
  }
}
