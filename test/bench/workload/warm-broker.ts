import type { Bench } from '../bench.ts'
import { ourTranslator } from '../contestants/our-translator.ts'
import { fillSourceTopic } from './source-topic.ts'

/** The broker's own warm-up, so that whoever comes first does not pay for it: its JVM compiles for some hundred thousand records. Not counted. */
export async function warmBroker(bench: Bench): Promise<void> {
  bench.say('warming the broker up')
  const facts = await fillSourceTopic(bench.stack, 200_000, () => {}, 'bench.warm')
  for (let times = 0; times < 2; times++) await ourTranslator(bench, facts).run(0)
  await bench.stack.admin.deleteTopics([facts.topic])
}
