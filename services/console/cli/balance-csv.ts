import type { Sheet } from '../api/balance.schema.ts'

/** A line for each number: a spreadsheet turns it as it likes. */
export function balanceCsv({ sources, targets }: Sheet): string {
  const rows = [
    ...sources.flatMap(({ period, source, read, outcomes, accepted, remainder }) => Object.entries({ read, ...outcomes, accepted, remainder }).map(([term, value]) => [period, source, '', '', term, value])),
    ...targets.flatMap(({ period, source, model, target, emitted, read, outcomes, accepted, remainder, settled, totals }) => [
      ...Object.entries({ emitted, read, ...outcomes, accepted, remainder, settled }).map(([term, value]) => [period, source, model, target, term, value]),
      ...totals.flatMap(({ name, emitted: given, target: got }) => [[period, source, model, target, `emitted ${name}`, given], [period, source, model, target, `target ${name}`, got]]),
    ]),
  ]
  return [['period', 'source', 'model', 'target', 'term', 'value'], ...rows].map((row) => row.map((it) => cell(it ?? '')).join(',')).join('\n')
}

const cell = (value: string | number) => (/[",\n]/.test(`${value}`) ? `"${`${value}`.replaceAll('"', '""')}"` : `${value}`)
