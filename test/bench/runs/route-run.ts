import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchSource } from '../source/card.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { SinkRun } from './sink-run.ts'
import { sourceOf, TranslatorRun } from './translator-run.ts'

/** Translator and sink of one source: the whole way from its topic into a table. */
export class RouteRun implements AsyncDisposable {
  readonly source: BenchSource
  readonly translator: TranslatorRun
  readonly sink: SinkRun
  readonly #stack: BenchStack

  private constructor(stack: BenchStack, source: BenchSource, translator: TranslatorRun, sink: SinkRun) {
    this.#stack = stack
    this.source = source
    this.translator = translator
    this.sink = sink
  }

  /** The sink is ready; the translator is still to be started. */
  static async prepare(stack: BenchStack, topic: string): Promise<RouteRun> {
    const source = sourceOf(topic), translator = await TranslatorRun.prepare(stack, [source])
    return new RouteRun(stack, source, translator, await SinkRun.start(stack))
  }

  get programs() { return [...this.translator.programs, this.sink.program] }
  /** Where the table is. */
  get url(): string { return `${this.sink.pool.options.connectionString}` }
  mustRun(): void { for (const program of this.programs) this.#stack.mustRun(program) }

  /** Waits until so many source records are in the table, and every receipt is published. */
  async through(records: number, withinMs: number): Promise<void> {
    for (const until = Date.now() + withinMs; await this.translator.handled() < records || !await this.sink.atEnd() || await this.#letters() > 0;) {
      this.mustRun()
      if (Date.now() > until) throw new Error(`the rows were not there after ${withinMs / 1000} s`)
      await sleep(100)
    }
  }

  async #letters(): Promise<number> { return (await this.sink.pool.query<{ n: number }>('select count(*)::int as n from hub.outbox')).rows[0]!.n }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sink[Symbol.asyncDispose]()
    await this.translator[Symbol.asyncDispose]()
  }
}
