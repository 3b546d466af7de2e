import type { Bench, Task } from '../bench.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { inTurn } from '../rounds.ts'
import { sourceOf } from '../runs/translator-run.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'
import { fillManyTopics } from '../workload/many-topics.ts'

/** One translator, two, four; and one that has many sources and partitions. The CPU of a record should stay the same. */
export const scale: Task = async (bench: Bench) => {
  const { stack, options: { records }, say } = bench
  const facts = await fillSourceTopic(stack, records, say)
  const few = await fillManyTopics(stack, records, { topics: 4, partitions: 8 }, say), many = await fillManyTopics(stack, records, { topics: 20, partitions: 64 }, say)
  const layout = (setup: string, { topics, keys }: typeof few) =>
    ourTranslator(bench, { topic: '', n: records, keys }, { setup, sources: () => topics.map(({ topic, partitions }) => sourceOf(topic, partitions)) })
  await warmBroker(bench)
  await inTurn(bench, 'scale', [
    ...[1, 2, 4].map((processes) => ourTranslator(bench, facts, { setup: `${processes} ${processes === 1 ? 'process' : 'processes'}`, processes })),
    layout('1 process, 4 sources with 8 partitions', few), layout('1 process, 20 sources with 64 partitions', many),
  ])
  return {}
}
