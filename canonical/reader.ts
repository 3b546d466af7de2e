import avro from 'avsc'
import { AvroDecimal } from './avro-decimal.ts'
import type { AvroRecord } from './avro-schema.ts'
import { Refused } from './refused.ts'

/** The schema of a registry id, as text. Asked once for each id; who calls the registry does it before (`schemaIdOf`). */
export type SchemaOf = (id: number) => string

/** The registry id in front of a record in Confluent's wire format: a zero byte, four bytes of id, Avro. */
export function schemaIdOf(bytes: Buffer): number {
  if (bytes.length < 5 || bytes[0] !== 0) throw new Refused('record.not-framed', 'a zero byte and a schema id in front', bytes)
  return bytes.readInt32BE(1)
}

/** Reads records of whatever schema wrote them as `schema` describes them. How two schemas fit is worked out once for each id. */
export class Reader<T> {
  readonly #type: avro.Type
  readonly #name: string
  readonly #resolvers = new Map<number, Resolver | null>()

  constructor(schema: AvroRecord, name: string) {
    this.#type = typeOf(schema)
    this.#name = name
  }

  /** False: the next record with this id will ask for its schema. */
  knows(id: number): boolean { return this.#resolvers.has(id) }

  /** Whether what was written under this id is laid out as this schema says, field by field. */
  isOwn(id: number, schemaOf: SchemaOf): boolean { return this.#resolver(id, schemaOf) === null }

  read(bytes: Buffer, schemaOf: SchemaOf): T {
    const resolver = this.#resolver(schemaIdOf(bytes), schemaOf)
    let read: { value: T; offset: number }
    try { read = (resolver === null ? this.#type.decode(bytes, 5) : this.#type.decode(bytes, 5, resolver)) as typeof read } catch (error) { throw this.#unreadable(bytes, error) }
    if (read.offset !== bytes.length) throw this.#unreadable(bytes, 'too short or too long')
    return read.value
  }

  /** Null where the writer's schema is the reader's: avsc then reads without a resolver, which is faster. */
  #resolver(id: number, schemaOf: SchemaOf): Resolver | null {
    const known = this.#resolvers.get(id)
    return known === undefined ? this.#learn(id, schemaOf(id)) : known
  }

  #learn(id: number, text: string): Resolver | null {
    let resolver: Resolver | null
    try {
      const writer = typeOf(JSON.parse(text) as AvroRecord)
      resolver = textOf(writer) === textOf(this.#type) ? null : this.#type.createResolver(writer) as Resolver
    } catch (cause) {
      throw new Refused('record.incompatible-schema', `a schema that can be read as ${this.#name}`, `schema ${id}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
    this.#resolvers.set(id, resolver)
    return resolver
  }

  #unreadable(bytes: Buffer, why: unknown): Refused {
    return /precision/.test(String(why)) ? new Refused('record.number-too-large', 'whole numbers below 2^53', bytes) : new Refused('record.unreadable', `the bytes of ${this.#name}`, bytes)
  }
}

type Resolver = Parameters<avro.Type['fromBuffer']>[1]
const typeOf = (schema: AvroRecord) => avro.Type.forSchema(schema as avro.Schema, { logicalTypes: { decimal: AvroDecimal }, assertLogicalTypes: true, wrapUnions: 'never', omitRecordMethods: true })
const textOf = (type: avro.Type) => JSON.stringify(type.schema({ exportAttrs: true }))
