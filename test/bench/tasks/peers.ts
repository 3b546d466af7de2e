import type { Bench, Task } from '../bench.ts'
import { knownPeers } from '../contestants/known-peers.ts'
import { ourSink } from '../contestants/our-sink.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { Peers } from '../contestants/peers.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillCanonicalTopic } from '../workload/canonical-topic.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { comparedSinks } from './sink.ts'
import { comparedTranslators } from './translate.ts'

/** Every rival that the driver of HUB_BENCH_PEERS knows and that was built, beside ours. */
export const peers: Task = async (bench: Bench) => {
  const found = Peers.find(bench, knownPeers)
  if (found === null) return {}
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say), of = (task: 'translate' | 'sink') => found.contestants(facts, knownPeers.filter((it) => it.task === task))
  const translators = of('translate'), sinks = of('sink')
  const [translator, ...theirs] = await inTurn(bench, 'peers', [ourTranslator(bench, facts, { setup: 'translate' }), ...translators])
  if (sinks.length === 0) return ratiosOf(translator!, theirs, comparedTranslators)
  await fillCanonicalTopic(bench, facts)
  await found.prepareAvro(facts)
  const [ours, ...others] = await inTurn(bench, 'peers', [{ ...ourSink(bench, facts), setup: 'sink' }, ...sinks])
  return { ...ratiosOf(translator!, theirs, comparedTranslators), ...ratiosOf(ours!, others, comparedSinks) }
}
