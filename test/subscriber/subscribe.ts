// Reads a canonical topic with stock npm clients: node subscribe.ts <brokers> <registry> <topic> <group> [reader schema file]
import { readFileSync } from 'node:fs'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import './read-committed.ts'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import avro from 'avsc'
import kafkajs from 'kafkajs'

kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () =>
  ({ compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer), decompress: async (buffer: Buffer) => zstdDecompressSync(buffer) })

/** decimal(38,9) as text: a number of JavaScript would round it. */
class Decimal extends avro.types.LogicalType {
  protected override _fromValue(bytes: Buffer): string {
    const unscaled = bytes.length === 0 ? 0n : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(10, '0')
    return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
  }
  protected override _resolve(type: avro.Type) { return type instanceof Decimal ? (value: string) => value : undefined }
}
const avroOptions = { logicalTypes: { decimal: Decimal }, wrapUnions: 'never' as const }

/** Calls `each` for every committed record; `value` is null when the entity was deleted. */
export async function subscribe(
  { brokers, registryUrl, topic, group, schema }: { brokers: string[]; registryUrl: string; topic: string; group: string; schema?: object },
  each: (record: { partition: number; key: string; headers: Record<string, string>; value: Record<string, unknown> | null }) => Promise<void>,
): Promise<void> {
  const registry = new SchemaRegistry({ host: registryUrl }, { [SchemaType.AVRO]: avroOptions })
  // With a schema of your own every record reads as that version of the model, whichever version wrote it.
  const reader = schema && avro.Type.forSchema(schema as avro.Schema, { ...avroOptions }) // a copy: avsc keeps the names it has seen there
  const resolvers = new Map<number, Parameters<avro.Type['fromBuffer']>[1]>()
  const decode = async (bytes: Buffer) => {
    if (reader === undefined) return registry.decode(bytes)
    const id = bytes.readInt32BE(1)
    if (!resolvers.has(id)) resolvers.set(id, reader.createResolver(await registry.getSchema(id) as avro.Type))
    return reader.fromBuffer(bytes.subarray(5), resolvers.get(id))
  }
  const consumer = new kafkajs.Kafka({ brokers, clientId: group }).consumer({ groupId: group, readUncommitted: false })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => each({
      partition, key: String(message.key), headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])),
      value: message.value === null ? null : await decode(message.value),
    }),
  })
}

if (import.meta.main) {
  const [brokers, registryUrl, topic, group, file] = process.argv.slice(2) as [string, string, string, string, string?]
  const schema = file === undefined ? {} : { schema: JSON.parse(readFileSync(file, 'utf8')) as object }
  await subscribe({ brokers: brokers.split(','), registryUrl, topic, group, ...schema }, async (record) => { console.log(JSON.stringify(record)) })
}
