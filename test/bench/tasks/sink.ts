import type { Bench, Task } from '../bench.ts'
import { fillCanonicalTopic } from '../workload/canonical-topic.ts'
import { ourSink } from '../contestants/our-sink.ts'
import { Peers } from '../contestants/peers.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'

const compared = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million', 'database_cpu_s_per_million'] }

/** A backlog of canonical orders into one table. */
export const sink: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  await fillCanonicalTopic(bench, facts)
  const peers = Peers.find(bench)
  if (peers !== null) { bench.say("the rivals' driver makes its canonical topic"); await peers.prepareAvro(facts) }
  const [ours, , ...rivals] = await inTurn(bench, 'sink', [
    ourSink(bench, facts), ourSink(bench, facts, { history: true }),
    ...(peers === null ? [] : [peers.contestant('debezium-avro', facts, { setup: '2 tasks', guarantee: 'at least once, upsert without a guard by version', env: { TASKS: '2' } })]),
  ])
  return ratiosOf(ours!, rivals, compared)
}
