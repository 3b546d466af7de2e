import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { sourceOf, TranslatorRun } from '../runs/translator-run.ts'
import type { Facts } from './source-topic.ts'

/** Has our translator fill the canonical topic, once. */
export async function fillCanonicalTopic({ stack, say, tick }: Bench, facts: Facts): Promise<void> {
  say('filling the canonical topic')
  const run = await TranslatorRun.prepare(stack, [sourceOf(facts.topic)])
  await run.start()
  for (let done = 0; done < facts.n; done = await run.handled()) { run.mustRun(); tick(done, facts.n); await sleep(100) }
  await run.stop()
}
