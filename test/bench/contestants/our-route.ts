import type { Bench } from '../bench.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import type { Contestant } from '../rounds.ts'
import { SinkRun } from '../runs/sink-run.ts'
import { sourceOf, TranslatorRun } from '../runs/translator-run.ts'
import { canonical } from '../stack/hub-topics.ts'
import type { Facts } from '../workload/source-topic.ts'

/** The whole way: translator and sink at once, from the source topic into the table. */
export function ourRoute(bench: Bench, facts: Facts): Contestant {
  const { stack } = bench
  return {
    name: 'ours', guarantee: 'exactly once from source topic to table, guarded by version, everything on',
    async run() {
      await using translator = await TranslatorRun.prepare(stack, [sourceOf(facts.topic)])
      await using sink = await SinkRun.start(stack)
      await translator.start()
      const programs = [...translator.programs, sink.program]
      const result = await drained({
        records: facts.n, limitMs: 900_000, watched: stack.watched(programs), say: (done) => bench.tick(done, facts.n),
        alive: () => { translator.mustRun(); stack.mustRun(sink.program) },
        async progress() {
          const translated = await translator.handled(), at = await sink.position()
          return { at, begun: translated > 0, end: translated >= facts.n ? await stack.end(canonical) : null }
        },
      })
      await sink.check(facts)
      // The translator runs ahead at first and the sink alone at last: only the whole of it tells.
      return { ...drainedValues({ ...result, steady: result.whole }, { seconds: result.whole.seconds }), trace: { records: result.trace.map((it) => [it.seconds, it.done]), rss_mb: result.trace.map((it) => [it.seconds, it.rssMb]) } }
    },
  }
}
