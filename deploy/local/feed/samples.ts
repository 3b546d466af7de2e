import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Producer } from '../../../services/runtime/kafka/producer.ts'
import { sources } from '../../../services/translator/sources/index.generated.ts'
import { project } from '../project.ts'

/** Sends the samples of one source to its topic, and answers what was sent, with what must come of it. */
export async function sendSamples(name: string, producer: Pick<Producer, 'send'>, topic: (name: string) => string): Promise<string> {
  const unit = Object.entries(sources).find(([it]) => it === name)?.[1]
  if (unit === undefined) throw new Error(`there is no source ${name}; there are ${Object.keys(sources).join(', ')}. A new folder needs npm run generate.`)
  const folder = join(project, 'services/translator/sources', name, 'samples')
  const files = readdirSync(folder)
  const samples = files.filter((file) => file.endsWith('.in.json'))
  await producer.send(topic(unit.card.topic), samples.map((file) => ({ key: null, value: readFileSync(join(folder, file)) })))
  const of = (outcome: string) => files.filter((file) => file.endsWith(`.${outcome}.json`)).length
  return `${samples.length} samples sent to ${topic(unit.card.topic)}. Must become: ${of('out')} mapped, ${of('filtered')} filtered, ${of('rejected')} rejected.\n`
}
