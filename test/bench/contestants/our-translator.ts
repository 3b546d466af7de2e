import { parseEffectKey } from '../../../canonical/key.ts'
import type { Bench } from '../bench.ts'
import { allocated } from '../measure/allocation.ts'
import { checkTopic } from '../measure/check-topic.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import type { Contestant } from '../rounds.ts'
import { sourceOf, TranslatorRun } from '../runs/translator-run.ts'
import type { BenchSource } from '../source/card.ts'
import { canonical } from '../stack/hub-topics.ts'
import type { Facts } from '../workload/source-topic.ts'

const guarantee = 'exactly once, order per entity, everything on: contract, rules, receipts, headers, telemetry'

interface Differently {
  readonly setup?: string
  readonly guarantee?: string
  readonly processes?: number
  /** Modules of the benchmark in the place of the product's. */
  readonly swaps?: Readonly<Record<string, string>>
  /** Else one source, whose topic all contestants read. */
  readonly sources?: () => readonly BenchSource[]
}

/** A backlog of source records, as the product translates it. */
export function ourTranslator(bench: Bench, facts: Pick<Facts, 'topic' | 'n' | 'keys'>, how: Differently = {}): Contestant {
  const { stack } = bench, { processes = 1, swaps = {} } = how
  return {
    name: 'ours', guarantee: how.guarantee ?? guarantee, ...(how.setup === undefined ? {} : { setup: how.setup }),
    async run() {
      await using run = await TranslatorRun.prepare(stack, how.sources?.() ?? [sourceOf(facts.topic)])
      await Promise.all(Array.from({ length: processes }, (_, at) => run.start({ swaps, name: `translator-${at + 1}` })))
      // As a Prometheus does; the price of telemetry is in every figure.
      const scraping = setInterval(() => { for (const { url } of run.programs) fetch(`${url}/metrics`).then((it) => it.text()).catch(() => {}) }, 5_000)
      const result = await drained({
        records: facts.n, progress: async () => ({ at: await run.handled(), end: facts.n }), limitMs: 900_000,
        watched: stack.watched(run.programs), alive: () => run.mustRun(), say: (done) => bench.tick(done, facts.n),
      }).finally(() => { clearInterval(scraping) })
      await run.stop()
      await checkTopic(stack, canonical, { records: facts.n, keys: facts.keys }, ({ headers }) => parseEffectKey(headers.find(({ name }) => name === 'ce_id')!.value!.toString()).version)
      return drainedValues(result, { allocated_kb_per_record: run.programs.reduce((sum, it) => sum + allocated(it.log), 0) / 1024 / facts.n })
    },
  }
}
