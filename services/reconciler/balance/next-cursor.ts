import { missing } from './difference.ts'
import type { Cursor, Look } from './look.ts'
import type { Mark } from './marks.ts'

/** Marks that were passed have settled what is older. Where something is still open, the next mark is asked for: now, for the look is over. */
export async function nextCursor({ passed, untold, gaps }: Look, cursor: Cursor, marksOf: (targets: readonly string[], look: number) => Promise<Readonly<Record<string, Mark>>>): Promise<Cursor> {
  const look = cursor.look + 1, marks = { ...cursor.marks }, settled = { ...cursor.settled }
  for (const target of passed) { settled[target] = marks[target]!.look; delete marks[target] }
  const asks = [...untold].filter(([target, at]) => target !== '' && marks[target] === undefined && at > (settled[target] ?? 0)).map(([target]) => target)
  return {
    look, settled, marks: asks.length === 0 ? marks : { ...marks, ...await marksOf(asks, look) },
    gaps: Object.fromEntries([...Map.groupBy(gaps, ({ of }) => of.source)].map(([source, these]) => [source, these.map((gap) => missing(gap).about)])),
  }
}
