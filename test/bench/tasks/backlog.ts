import type { Bench, Task } from '../bench.ts'
import { ourRoute } from '../contestants/our-route.ts'
import { inTurn, type Contestant } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'

/** A quarter of the backlog, then all of it: whether time grows as the backlog does, and whether memory stays. */
export const backlog: Task = async (bench: Bench) => {
  const { stack, options: { records }, say } = bench
  const all = await fillSourceTopic(stack, records, say), part = await fillSourceTopic(stack, Math.round(records / 4), say)
  const named = (contestant: Contestant, setup: string, count: number): Contestant => ({ ...contestant, setup, records: count })
  await warmBroker(bench)
  await inTurn(bench, 'backlog', [named(ourRoute(bench, part), 'a quarter of it', part.n), named(ourRoute(bench, all), 'all of it', all.n)])
  return {}
}
