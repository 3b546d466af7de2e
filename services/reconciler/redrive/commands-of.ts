import type { Command } from '../../../canonical/models.generated.ts'
import { commandOf } from '../../runtime/command-of.ts'
import { events } from '../../runtime/events.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Registry } from '../../runtime/registry.ts'

/** A command, and the turn that its place on the topic gives it. */
export interface Taken { readonly turn: number; readonly command: Command }

/** The commands of a chunk. What is none changes nothing and is told. */
export async function commandsOf(chunk: Chunk, registry: Pick<Registry, 'schemaOf'>): Promise<Taken[]> {
  const commands: Taken[] = []
  for (const { offset, value } of chunk.records) {
    const found = await commandOf(value, registry)
    if ('command' in found) commands.push({ turn: offset, command: found.command })
    else events.commandRefused(offset, found.wrong)
  }
  return commands
}
