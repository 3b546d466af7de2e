import type { Bench, Task } from '../bench.ts'
import { killedTranslator } from '../contestants/killed-translator.ts'
import { inTurn } from '../rounds.ts'

/** kill -9 of a translator under load: how long until its partitions go on, and what the others notice. */
export const recovery: Task = async (bench: Bench) => {
  await inTurn(bench, 'recovery', [killedTranslator(bench, 'dynamic'), killedTranslator(bench, 'static')])
  return {}
}
