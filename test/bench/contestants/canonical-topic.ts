import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { hub, provide } from '../stack/hub-topics.ts'
import { partitions, type Facts } from '../workload/source-topic.ts'
import { translatorEnv, translatorSwaps } from './our-translator.ts'

/** Has our translator fill the canonical topic, once. */
export async function fillCanonicalTopic({ stack, say, tick }: Bench, facts: Facts): Promise<void> {
  const sources = [{ name: 'bench-fill', topic: facts.topic, partitions }]
  say('filling the canonical topic')
  await provide(stack, sources, partitions)
  const program = await stack.program('translator', { env: translatorEnv(sources), swaps: translatorSwaps })
  for (let done = 0; done < facts.n; done = await stack.handled([hub.translatorGroup('bench-fill')])) { stack.mustRun(program); tick(done, facts.n); await sleep(100) }
  await program.stop()
}
