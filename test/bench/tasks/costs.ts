import type { Bench, Task } from '../bench.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'

/** What exactly once and telemetry cost: the same program, with other modules in the place of those that do it. */
export const costs: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  await warmBroker(bench)
  await inTurn(bench, 'costs', [
    ourTranslator(bench, facts, { setup: 'everything on' }),
    ourTranslator(bench, facts, { setup: 'at least once', guarantee: 'at least once: records acknowledged, then the position committed', swaps: { 'services/runtime/kafka/transaction.js': 'plain-commit.js' } }),
    ourTranslator(bench, facts, { setup: 'telemetry off', swaps: { 'services/runtime/events.js': 'silent-events.js', 'services/runtime/telemetry.js': 'no-telemetry.js' } }),
  ])
  return {}
}
