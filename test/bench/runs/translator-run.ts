import type { Program } from '../../../deploy/local/program.ts'
import { traceAllocation } from '../measure/allocation.ts'
import type { BenchSource } from '../source/card.ts'
import type { BenchStack, ProgramStart } from '../stack/bench-stack.ts'
import { canonical, forget, hub, provide } from '../stack/hub-topics.ts'
import { partitions } from '../workload/source-topic.ts'

/** The product's modules that say which sources and how many partitions there are, and what stands there in the benchmark. */
const translatorSwaps = { 'services/translator/sources/index.generated.js': 'sources.js', 'canonical/cards/index.generated.js': 'model-cards.js' }

let runs = 0
/** Names that no run before had, so that every run begins at the beginning of its topics. */
export const sourceOf = (topic: string, spread = partitions): BenchSource => ({ name: `bench-${++runs}`, topic, partitions: spread })

/** The translator as `npm start` runs it, for these sources. */
export class TranslatorRun implements AsyncDisposable {
  readonly programs: Program[] = []
  readonly groups: readonly string[]
  readonly #stack: BenchStack
  readonly #sources: readonly BenchSource[]

  private constructor(stack: BenchStack, sources: readonly BenchSource[]) {
    this.#stack = stack
    this.#sources = sources
    this.groups = sources.map(({ name }) => hub.translatorGroup(name))
  }

  static async prepare(stack: BenchStack, sources: readonly BenchSource[], canonicalPartitions = partitions): Promise<TranslatorRun> {
    await provide(stack, sources, canonicalPartitions)
    return new TranslatorRun(stack, sources)
  }

  async start({ name = 'translator', env = {}, swaps = {} }: Partial<ProgramStart> = {}): Promise<Program> {
    const program = await this.#stack.program('translator', {
      name, swaps: { ...translatorSwaps, ...swaps }, nodeArgs: traceAllocation,
      env: { BENCH_SOURCES: JSON.stringify(this.#sources), BENCH_PARTITIONS: `${partitions}`, ...env },
    })
    this.programs.push(program)
    return program
  }

  /** Source records that are through. */
  handled(): Promise<number> { return this.#stack.handled(this.groups) }
  mustRun(): void { for (const program of this.programs) this.#stack.mustRun(program) }
  async stop(): Promise<void> { await Promise.all(this.programs.map((it) => it.stop())) }

  /** Forgets all that it wrote. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await forget(this.#stack, this.#sources, [canonical])
  }
}
