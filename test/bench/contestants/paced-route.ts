import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { warmUp } from '../measure/drain.ts'
import { Observed } from '../measure/observed.ts'
import { percentilesOf } from '../measure/percentiles.ts'
import { VisibleRows } from '../measure/visible-rows.ts'
import type { Contestant } from '../rounds.ts'
import { SinkRun } from '../runs/sink-run.ts'
import { sourceOf, TranslatorRun } from '../runs/translator-run.ts'
import { sendPaced } from '../workload/paced-sender.ts'

let runs = 0
/** The whole way at a fixed rate: how long a record takes from the source topic into the table. */
export function pacedRoute(bench: Bench, rate: number): Contestant {
  const { stack, options: { seconds } } = bench
  return {
    name: 'ours', setup: `${rate} records/s`, records: Math.round(rate * seconds), guarantee: 'exactly once from source topic to table, guarded by version, everything on',
    async run() {
      const topic = `bench.paced.${++runs}`
      await using translator = await TranslatorRun.prepare(stack, [sourceOf(topic)])
      await using sink = await SinkRun.start(stack)
      await translator.start()
      await Promise.all([...translator.programs, sink.program].map((it) => stack.settled(it)))
      const visible = new VisibleRows(sink), observed = new Observed(stack.watched([...translator.programs, sink.program]))
      const facts = await sendPaced(stack, { topic, rate, seconds })
      const { values, foreignCores, trace } = observed.stop(facts.n)
      for (const until = Date.now() + 60_000; await translator.handled() < facts.n || !(await sink.atEnd());) {
        translator.mustRun()
        stack.mustRun(sink.program)
        if (Date.now() > until) throw new Error('the rows were not there a minute after the last record was sent')
        await sleep(50)
      }
      await visible.stop()
      const latencies = percentilesOf(await visible.latencies(stack, facts.began + seconds * 1000 * warmUp))
      await sink.check(facts)
      await stack.admin.deleteTopics([topic])
      return { foreignCores, trace, values: { p50_ms: latencies.p50, p99_ms: latencies.p99, p999_ms: latencies.p999, max_ms: latencies.max, ...values } }
    },
  }
}
