import type { RecordCodec } from '../../../canonical/codec.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { Environment, Stopped } from '../../runtime/failure.ts'
import type { Chunk, KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Registry } from '../../runtime/registry.ts'

type Read = Pick<Chunk, 'topic' | 'partition' | 'records'>
export interface Decoded<T> { readonly offset: number; readonly it: T }

/** The chunk's records, read with the schemas that wrote them. What cannot be read stops the books: left out, they would balance wrongly. */
export async function decode<T>(chunk: Read, codec: RecordCodec<T>, registry: Registry): Promise<Decoded<T>[]> {
  const schemas = new Map<number, string>()
  const records: Decoded<T>[] = []
  for (const record of chunk.records) {
    if (record.value === null) continue
    const id = readable(chunk, record, () => schemaIdOf(record.value!))
    if (!codec.knows(id) && !schemas.has(id)) schemas.set(id, await schemaFor(id, registry))
    records.push({ offset: record.offset, it: readable(chunk, record, () => codec.decode(record.value!, (wanted) => schemas.get(wanted)!)) })
  }
  return records
}

async function schemaFor(id: number, registry: Registry): Promise<string> {
  const schema = await registry.schemaOf(id)
  if (schema === null) throw new Environment('registry.no_schema', `The registry knows no schema ${id}`)
  return schema
}

function readable<T>(chunk: Read, record: KafkaRecord, read: () => T): T {
  try { return read() } catch (cause) {
    throw new Stopped('books.unreadable', `${chunk.topic}/${chunk.partition} at ${record.offset}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
