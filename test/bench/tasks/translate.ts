import type { Bench, Task } from '../bench.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { ourTranslator } from '../contestants/our-translator.ts'

export const compared = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million'] }

/** A backlog of JSON orders into canonical records, exactly once. */
export const translate: Task = async (bench: Bench) => {
  const facts = await fillSourceTopic(bench.stack, bench.options.records, bench.say)
  const figures = await inTurn(bench, 'translate', [ourTranslator(bench, facts)])
  const [ours, ...rivals] = figures
  return ratiosOf(ours!, rivals, compared)
}
