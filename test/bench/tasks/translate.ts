import type { Bench, Task } from '../bench.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { Peers } from '../contestants/peers.ts'
import { stockKafkajs } from '../contestants/stock-kafkajs.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'

export const compared = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million'] }

/** A backlog of JSON orders into canonical records, exactly once. */
export const translate: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  const peers = Peers.find(bench)
  peers?.sourceIsThere(facts)
  const [ours, ...rivals] = await inTurn(bench, 'translate', [
    ourTranslator(bench, facts), stockKafkajs(bench, facts),
    ...(peers === null ? [] : [peers.contestant('streams-eos', facts, { guarantee: 'exactly once (exactly_once_v2); no contract, no books, no dead letters' })]),
  ])
  return ratiosOf(ours!, rivals, compared)
}
