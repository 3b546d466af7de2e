import type { Bench } from '../bench.ts'
import { allocated } from '../measure/allocation.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import type { Contestant } from '../rounds.ts'
import { SinkRun } from '../runs/sink-run.ts'
import { canonical } from '../stack/hub-topics.ts'
import type { Facts } from '../workload/source-topic.ts'

const guarantee = 'exactly once, position in the same database transaction, guarded by version, receipts'

/** The canonical topic that our translator filled, into a table. */
export function ourSink(bench: Bench, facts: Facts, { history = false }: { history?: boolean } = {}): Contestant {
  const { stack } = bench
  return {
    name: 'ours', guarantee, ...(history ? { setup: 'with history' } : {}),
    async run() {
      await using sink = await SinkRun.start(stack, { history })
      const end = await stack.end(canonical)
      const result = await drained({
        records: facts.n, progress: async () => ({ at: await sink.position(), end }), limitMs: 900_000,
        watched: stack.watched([sink.program]), alive: () => stack.mustRun(sink.program), say: (done) => bench.tick(done, facts.n),
      })
      await sink.program.stop()
      await sink.check(facts)
      return drainedValues(result, { allocated_kb_per_record: allocated(sink.program.log) / 1024 / facts.n })
    },
  }
}
