import { commandCodec } from '../../canonical/codec.ts'
import type { Command } from '../../canonical/models.generated.ts'
import { schemaIdOf } from '../../canonical/reader.ts'
import type { Registry } from './registry.ts'

const codec = commandCodec()

/** The command that a record holds, or why it holds none: whoever can write to the topic must not be able to stop who reads it. Throws only where the registry is away. */
export async function commandOf(value: Buffer | null, registry: Pick<Registry, 'schemaOf'>): Promise<{ readonly command: Command } | { readonly wrong: string }> {
  try {
    const schema = value === null ? null : await registry.schemaOf(schemaIdOf(value))
    return value === null || schema === null ? { wrong: 'it has no value, or a schema that the registry does not know' } : { command: codec.decode(value, () => schema) }
  } catch (error) {
    if (error instanceof Error && (error.name === 'Environment' || error.name === 'Transient')) throw error
    return { wrong: error instanceof Error ? error.message : String(error) }
  }
}
