import type { Bench, Task } from '../bench.ts'
import { ourRoute } from '../contestants/our-route.ts'
import { pacedRoute } from '../contestants/paced-route.ts'
import { figureOf } from '../measure/figure.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'

/** From source record to row: at 1,000 a second, and at half of what the whole way bears. */
export const latency: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  bench.say('how much the whole way bears')
  const most = ourRoute(bench, facts), found = figureOf({ task: 'latency', contestant: 'ours', setup: 'maximum rate', records: facts.n, guarantee: most.guarantee }, [await most.run(1)])
  bench.figure(found)
  const half = Math.max(1_000, Math.round(found.values['records_per_s']!.median / 2 / 500) * 500)
  await inTurn(bench, 'latency', [pacedRoute(bench, 1_000), pacedRoute(bench, half)])
  return {}
}
