import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import type { Translation } from '../../../canonical/source.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { sources } from '../../translator/sources/index.generated.ts'
import type { Forecast, Selection } from '../api/rejections.schema.ts'
import type { Originals, Place } from '../../runtime/originals.ts'
import { waits } from '../../runtime/waits.ts'
import { where } from './where.ts'

const atOnce = 500
type Said = Pick<Forecast['outcomes'][number], 'will' | 'says'>
const byName = new Map(Object.values(sources).map(({ card, source }): [string, Translation] => [card.name, source]))

/** What a redrive of the whole set would do, by the mappings that this console was built with: each record is translated as the translator would, and nothing is written. */
export async function forecast(ledger: Ledger, originals: Originals, selection: Selection): Promise<Forecast> {
  const which = where(selection), outcomes = new Map<string, Forecast['outcomes'][number]>()
  const count = (it: Place, said: Said) => {
    const key = `${it.unit} ${said.will} ${said.says}`, known = outcomes.get(key)
    if (known) known.count++
    else outcomes.set(key, { unit: it.unit, ...said, count: 1, sample: it.id })
  }
  let total = 0
  for (let after: string | undefined; ;) {
    const rows = await ledger.rejection.findMany({
      where: which, orderBy: { id: 'asc' }, take: atOnce, ...(after === undefined ? {} : { cursor: { id: after }, skip: 1 }),
      select: { id: true, unit: true, stage: true, code: true, rejectedPartition: true, rejectedOffset: true },
    })
    const kept = await originals(rows)
    for (const row of rows) {
      const original = kept.get(row.id)
      count(row, row.code === waits.code ? { will: 'follow', says: 'By itself, when the record in front of it is through; before that it is answered parked.' }
        : original === undefined ? { will: 'not be sent', says: 'Its bytes are gone from the rejected topic.' } : row.stage === 'translate' ? translated(byName.get(row.unit), original.value)
        : { will: 'be tried', says: 'Unknown until tried: the target decides.' })
    }
    total += rows.length
    if (rows.length < atOnce) return { total, outcomes: [...outcomes.values()].toSorted((a, b) => b.count - a.count) }
    after = rows.at(-1)!.id
  }
}

function translated(source: Translation | undefined, value: Buffer | null): Said {
  if (source === undefined) return { will: 'fail again', says: 'This hub has no such source any more.' }
  try {
    const outcome = source.translateBytes(value)
    if ('filtered' in outcome) return { will: 'be filtered', says: `By ${outcome.filtered}.` }
    return { will: 'pass', says: `Becomes ${[...new Set(outcome.records.map(({ model }) => model))].toSorted().join(' and ')}.` }
  } catch (error) {
    if (error instanceof Rejected) return { will: 'fail again', says: causes(error) }
    if (error instanceof Refused) return { will: 'fail again', says: `${error.code}: expected ${error.expected}` }
    throw error
  }
}

const causes = ({ problems }: Rejected): string => [...new Set(problems.map(({ field, code, expected }) => `${field.replaceAll(/\[\d+\]/g, '[]')} ${code}: expected ${expected}`.trim()))].slice(0, 3).join('; ')
