import type { Bench, Task } from '../bench.ts'
import { knownPeers } from '../contestants/known-peers.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { Peers } from '../contestants/peers.ts'
import { stockKafkajs } from '../contestants/stock-kafkajs.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'

export const comparedTranslators = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million'] }

/** A backlog of JSON orders into canonical records, exactly once. */
export const translate: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  const wanted = knownPeers.filter(({ peer }) => peer === 'streams-eos'), peers = Peers.find(bench, wanted)
  await warmBroker(bench)
  const [ours, ...rivals] = await inTurn(bench, 'translate', [
    ourTranslator(bench, facts), stockKafkajs(bench, facts), ...peers?.contestants(facts, wanted) ?? [],
  ])
  return ratiosOf(ours!, rivals, comparedTranslators)
}
