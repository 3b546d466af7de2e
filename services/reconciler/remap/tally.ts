import type { Compared, Verdict } from '../../runtime/compared.ts'
import type { Difference } from './differing-fields.ts'

const fewExamples = 3
/** A mapping that changes everything changes no more fields than a model has; lists are one field each. */
export class Tally {
  readonly result: Compared
  constructor(before: Compared | null = null) { this.result = before ?? { counts: {}, fields: {}, examples: {} } }

  count(verdict: Verdict, example: string): void {
    const { counts, examples } = this.result, those = examples[verdict] ??= []
    counts[verdict] = (counts[verdict] ?? 0) + 1
    if (verdict !== 'same' && those.length < fewExamples) those.push(example)
    if (those.length === 0) delete examples[verdict]
  }

  differs(model: string, { field, from, to }: Difference): void {
    const entry = this.result.fields[`${model} ${field}`] ??= { count: 0, samples: [] }
    entry.count++
    if (entry.samples.length < fewExamples && !entry.samples.some((it) => it.from === from && it.to === to)) entry.samples.push({ from, to })
  }
}
