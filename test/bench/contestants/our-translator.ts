import { parseEffectKey } from '../../../canonical/key.ts'
import type { Bench } from '../bench.ts'
import { allocated, traceAllocation } from '../measure/allocation.ts'
import { checkTopic } from '../measure/check-topic.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import type { Contestant } from '../rounds.ts'
import type { BenchSource } from '../source/card.ts'
import { canonical, forget, hub, provide } from '../stack/hub-topics.ts'
import { partitions, type Facts } from '../workload/source-topic.ts'

export const guarantee = 'exactly once, order per entity, everything on: contract, rules, receipts, headers, telemetry'

/** The product's modules that say which sources and how many partitions there are, and what stands there in the benchmark. */
export const translatorSwaps = { 'services/translator/sources/index.generated.js': 'sources.js', 'canonical/cards/index.generated.js': 'model-cards.js' }
export const translatorEnv = (sources: readonly BenchSource[], canonicalPartitions = partitions) => ({ BENCH_SOURCES: JSON.stringify(sources), BENCH_PARTITIONS: `${canonicalPartitions}` })

let runs = 0
/** The translator as `npm start` runs it, on the topic that all contestants read. */
export function ourTranslator(bench: Bench, facts: Facts): Contestant {
  const { stack } = bench
  return {
    name: 'ours', guarantee,
    async run() {
      const sources = [{ name: `bench-${++runs}`, topic: facts.topic, partitions }]
      await provide(stack, sources, partitions)
      const program = await stack.program('translator', { env: translatorEnv(sources), swaps: translatorSwaps, nodeArgs: traceAllocation })
      const groups = sources.map((it) => hub.translatorGroup(it.name))
      const result = await drained({
        total: facts.n, limitMs: 600_000,
        progress: () => stack.handled(groups),
        watched: stack.watched([program]), alive: () => stack.mustRun(program), say: (done) => bench.tick(done, facts.n),
      })
      await program.stop()
      await checkTopic(stack, canonical, { records: facts.n, keys: facts.keys }, ({ headers }) => parseEffectKey(headers.find(({ name }) => name === 'ce_id')!.value!.toString()).version)
      await forget(stack, sources, [canonical])
      return drainedValues(result, { allocated_kb_per_record: allocated(program.log) / 1024 / facts.n })
    },
  }
}
