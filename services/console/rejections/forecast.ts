import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Originals } from '../../runtime/originals.ts'
import { waits } from '../../runtime/waits.ts'
import type { Forecast, Selection } from '../api/rejections.schema.ts'
import type { Holding, Holdings } from './holdings.ts'
import type { Ask, Judge, Judged } from './judged.ts'
import { type Said, standing } from './standing.ts'
import { where } from './where.ts'

const atOnce = 500
/** So many records are told of one by one; all are counted. */
const named = 1_000
interface Row { readonly id: string; readonly unit: string; readonly stage: string }
export interface ForecastParts { readonly ledger: Ledger; readonly originals: Originals; readonly judge: Judge; readonly holdings: Holdings }

/** What a redrive of the whole set would do, by the mappings that this console was built with and by what the targets hold now. Nothing is written. */
export async function forecast({ ledger, originals, judge, holdings }: ForecastParts, selection: Selection): Promise<Forecast> {
  const which = where(selection), outcomes = new Map<string, Forecast['outcomes'][number]>(), targets = new Map<string, Forecast['targets'][number]>(), records: Forecast['records'][number][] = []
  const tell = ({ id }: Row, { will, says, precisely = says }: Said, at: Pick<Ask, 'target' | 'model' | 'state'> | null) => {
    if (records.length < named) records.push({ id, target: at?.target ?? null, model: at?.model ?? null, entity: at?.state.entity ?? null, will, says: precisely })
  }
  let total = 0
  for (let after: string | undefined; ;) {
    const rows = await ledger.rejection.findMany({
      where: which, orderBy: { id: 'asc' }, take: atOnce, ...(after === undefined ? {} : { cursor: { id: after }, skip: 1 }),
      select: { id: true, unit: true, stage: true, code: true, rejectedPartition: true, rejectedOffset: true },
    })
    const kept = await originals(rows)
    await judge.learn([...kept.values()])
    const judged = rows.map((row): Judged => {
      const original = kept.get(row.id)
      if (row.code === waits.code) return { said: { will: 'follow', says: 'By itself, when the record in front of it is through; before that it is answered parked.' }, asks: [] }
      return original === undefined ? { said: { will: 'not be sent', says: 'Its bytes are gone from the rejected topic.' }, asks: [] } : row.stage === 'translate' ? judge.translated(original) : judge.delivered(original)
    })
    const answer = await answers(holdings, judged.flatMap(({ asks }) => asks))
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at]!, { said, asks } = judged[at]!
      if (said !== null) {
        count(outcomes, { unit: row.unit, will: said.will, says: said.says, count: 1, sample: row.id })
        if (asks.length === 0) tell(row, said, null)
      }
      for (const ask of asks) {
        const it = answer(ask), { will, says } = it
        if (said === null) count(outcomes, { unit: row.unit, will, says, count: 1, sample: row.id })
        else count(targets, { target: ask.target, model: ask.model, will, says, count: 1, sample: row.id })
        tell(row, it, ask)
      }
    }
    total += rows.length
    if (rows.length < atOnce) return { total, outcomes: largest(outcomes), targets: largest(targets), records }
    after = rows.at(-1)!.id
  }
}

/** Asks every target for all of a model's entities at once. */
async function answers(holdings: Holdings, asks: readonly Ask[]): Promise<(ask: Ask) => Said> {
  const known = new Map<string, Holding>()
  for (const [place, these] of Map.groupBy(asks, placeOf)) known.set(place, await holdings.of(these[0]!.target, these[0]!.model, these.map(({ state }) => state.entity)))
  return (ask) => {
    const holding = known.get(placeOf(ask))!, { state, unless, perhaps } = ask
    const it = 'lack' in holding ? null : standing(state, holding.held.get(state.entity)), unknown = 'lack' in holding ? holding.lack : perhaps
    // What is there already, or newer, is not written: whether the target would take it does not matter.
    if (it !== null && it.will !== 'be applied') return it
    return unless ?? (it !== null && unknown === null ? it : { will: 'be tried', says: `Unknown until tried: ${unknown}` })
  }
}
const placeOf = ({ target, model }: Ask): string => `${target} ${model}`

function count<T extends { count: number }>(into: Map<string, T>, it: T & { sample: string }): void {
  const { sample: _, ...what } = it, key = JSON.stringify(what), known = into.get(key)
  if (known) known.count++
  else into.set(key, it)
}
const largest = <T extends { count: number }>(from: ReadonlyMap<string, T>): T[] => [...from.values()].toSorted((a, b) => b.count - a.count)
