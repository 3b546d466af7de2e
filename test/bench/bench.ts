import type { Figure } from './measure/figure.ts'
import type { Ratios } from './measure/ratios.ts'
import type { BenchStack } from './stack/bench-stack.ts'

export interface Options {
  readonly records: number
  readonly rounds: number
  /** How long a fixed rate lasts. */
  readonly seconds: number
  readonly brokers: 1 | 3
  readonly json: boolean
}

/** What a task gets: the stack, what was asked for, and where to put what it finds. */
export interface Bench {
  readonly stack: BenchStack
  readonly options: Options
  /** Progress, for whoever waits. */
  say(line: string): void
  /** How far the work in hand is; shown now and then. */
  tick(done: number, total: number): void
  figure(figure: Figure): void
}
export type Task = (bench: Bench) => Promise<Record<string, Ratios>>
