import { rounded, spreadOf, type Spread } from './spread.ts'

/** What one round of one contestant showed. */
export interface Round {
  readonly values: Readonly<Record<string, number>>
  /** Cores that other work of the machine used meanwhile. */
  readonly foreignCores: number
  /** Samples over time, for the report's charts. */
  readonly trace?: Trace
}
export type Trace = Readonly<Record<string, readonly (readonly [x: number, y: number])[]>>

/** A line of the results. The names of values end in their unit. */
export interface Figure {
  readonly task: string
  readonly contestant: string
  /** What differs from the other figures of the same contestant. */
  readonly setup?: string
  readonly records: number
  readonly guarantee: string
  readonly rounds: number
  readonly values: Readonly<Record<string, Spread>>
  readonly foreignCores: Spread
  readonly trace?: Trace
}

export function figureOf(what: Pick<Figure, 'task' | 'contestant' | 'records' | 'guarantee'> & { readonly setup?: string }, rounds: readonly Round[]): Figure {
  const shown = (values: readonly number[]): Spread => { const { median, min, max } = spreadOf(values); return { median: rounded(median), min: rounded(min), max: rounded(max) } }
  const trace = rounds.at(-1)?.trace
  return {
    ...what, rounds: rounds.length,
    values: Object.fromEntries(Object.keys(rounds[0]?.values ?? {}).map((name) => [name, shown(rounds.map((it) => it.values[name]!))])),
    foreignCores: shown(rounds.map((it) => it.foreignCores)),
    ...(trace === undefined ? {} : { trace }),
  }
}
