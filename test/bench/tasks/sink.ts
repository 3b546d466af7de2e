import type { Bench, Task } from '../bench.ts'
import { knownPeers } from '../contestants/known-peers.ts'
import { ourSink } from '../contestants/our-sink.ts'
import { Peers } from '../contestants/peers.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillCanonicalTopic } from '../workload/canonical-topic.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'

export const comparedSinks = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million', 'database_cpu_s_per_million'] }

/** A backlog of canonical orders into one table. */
export const sink: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  await fillCanonicalTopic(bench, facts)
  const wanted = knownPeers.filter(({ peer }) => peer === 'debezium-avro'), peers = Peers.find(bench, wanted), rivals = peers?.contestants(facts, wanted) ?? []
  if (peers !== null && rivals.length > 0) { bench.say("the rivals' driver makes its canonical topic of the same orders"); await peers.prepareAvro(facts) }
  const [ours, , ...theirs] = await inTurn(bench, 'sink', [ourSink(bench, facts), ourSink(bench, facts, { history: true }), ...rivals])
  return ratiosOf(ours!, theirs, comparedSinks)
}
