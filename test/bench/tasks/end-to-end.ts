import type { Bench, Task } from '../bench.ts'
import { ourRoute } from '../contestants/our-route.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'

/** A backlog on its whole way: source topic, canonical topic, table. */
export const endToEnd: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  await warmBroker(bench)
  await inTurn(bench, 'end-to-end', [ourRoute(bench, facts)])
  return {}
}
