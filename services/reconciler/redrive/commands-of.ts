import { commandCodec } from '../../../canonical/codec.ts'
import type { Command } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { events } from '../../runtime/events.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Registry } from '../../runtime/registry.ts'

const codec = commandCodec()

/** The commands of a chunk. What is none changes nothing and is told: whoever can write to the topic must not be able to stop the books. */
export async function commandsOf(chunk: Chunk, registry: Pick<Registry, 'schemaOf'>): Promise<Command[]> {
  const commands: Command[] = []
  for (const { offset, value } of chunk.records) {
    try {
      const schema = value === null ? null : await registry.schemaOf(schemaIdOf(value))
      if (value === null || schema === null) throw new Error('it has no value, or a schema that the registry does not know')
      commands.push(codec.decode(value, () => schema))
    } catch (error) {
      if (error instanceof Error && (error.name === 'Environment' || error.name === 'Transient')) throw error
      events.commandRefused(offset, error instanceof Error ? error.message : String(error))
    }
  }
  return commands
}
