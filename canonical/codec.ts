import { Arena } from './arena.ts'
import type { AvroRecord } from './avro-schema.ts'
import { checkedEntity, effectKey, hash64, hashOfNothing } from './key.ts'
import type { Canonical, Command, Meta, ModelName, Models, Receipt, Rejection } from './models.generated.ts'
import { skimOf } from './model-skim.ts'
import { Reader, schemaIdOf, type SchemaOf } from './reader.ts'
import { schemaOf as schemaNamed } from './schemas.ts'
import type { Skimmed } from './skim.ts'
import { whatIsWrong, writerOf, type Write } from './writer.ts'

/** Everything a record says about itself but its effect key, which follows from this and the content. */
export type Identity = Omit<Meta, 'effectKey'>
/** `bytes` is a view into the arena: copy it before the arena is cleared. `keyHash`: xxh64 of the effect key, what receipts sum up. */
export interface Encoded { effectKey: string; keyHash: bigint; bytes: Buffer }
/** A deleted entity has no value on the topic; its key is computed as any other. */
export interface EncodedDelete { effectKey: string; keyHash: bigint; bytes: null }

export interface ModelCodec<M extends ModelName> {
  readonly model: M
  /** Confluent wire format. Throws `Rejected` for a value that the model does not take, naming each field. */
  encode(schemaId: number, content: Models[M], identity: Identity): Encoded
  encodeDelete(identity: Pick<Identity, 'entity' | 'version' | 'revision'>): EncodedDelete
  decode(bytes: Buffer, schemaOf: SchemaOf): Canonical<M>
  /** Where the fields lie (`skimOf(model)`), and nothing built; null where a schema of another layout wrote the record: then decode it. */
  skim(bytes: Buffer, schemaOf: SchemaOf, places: Int32Array, at: number): Skimmed | null
  /** Only `meta`; the content is skipped, not built. */
  decodeMeta(bytes: Buffer, schemaOf: SchemaOf): Meta
  /** False: the next record with this schema id will ask `schemaOf` for it; `schemaIdOf` says which id that is. */
  knows(schemaId: number): boolean
}

/** Codecs that share an arena are cleared together: one arena for each chunk in the making. */
export function modelCodec<M extends ModelName>(model: M, arena = new Arena()): ModelCodec<M> {
  const { schema, content, meta, writeContent, writeMeta } = plan(model)
  const reader = new Reader<Canonical<M>>(schema, model)
  const metaReader = new Reader<{ meta: Meta }>({ ...schema, fields: [meta] }, `${model}'s meta`)
  const known = new Map<number, string>()
  const asking = (schemaOf: SchemaOf): SchemaOf => (id) => {
    const text = known.get(id) ?? schemaOf(id)
    known.set(id, text)
    return text
  }

  function encode(schemaId: number, value: Models[M], identity: Identity): Encoded {
    arena.begin()
    try {
      arena.byte(0)
      arena.int32(schemaId)
      writeContent(arena, value)
      const { source, entity, version, revision, occurredAt, origin, mapping } = identity
      const key = effectKey({ model, entity: checkedEntity(entity), version, revision, hash: hash64(arena.view(5)) })
      writeMeta(arena, { meta: { effectKey: key, source, entity, version, revision, occurredAt, origin, mapping } satisfies Meta })
      return { effectKey: key, keyHash: hash64(key), bytes: arena.view() }
    } catch (error) {
      arena.back()
      throw whatIsWrong(content, value) ?? error
    }
  }

  return {
    model,
    encode,
    encodeDelete({ entity, version, revision }) {
      const key = effectKey({ model, entity: checkedEntity(entity), version, revision, hash: hashOfNothing })
      return { effectKey: key, keyHash: hash64(key), bytes: null }
    },
    decode: (bytes, schemaOf) => reader.read(bytes, asking(schemaOf)),
    skim: (bytes, schemaOf, places, at) => (reader.isOwn(schemaIdOf(bytes), asking(schemaOf)) ? skimOf(model).read(bytes, 5, places, at) : null),
    decodeMeta: (bytes, schemaOf) => metaReader.read(bytes, asking(schemaOf)).meta,
    knows: (schemaId) => known.has(schemaId),
  }
}

export interface RecordCodec<T> {
  encode(schemaId: number, record: T): Buffer
  decode(bytes: Buffer, schemaOf: SchemaOf): T
  knows(schemaId: number): boolean
}

export const receiptCodec = (arena = new Arena()): RecordCodec<Receipt> => recordCodec('receipt.v1', arena)
export const rejectionCodec = (arena = new Arena()): RecordCodec<Rejection> => recordCodec('rejection.v1', arena)
export const commandCodec = (arena = new Arena()): RecordCodec<Command> => recordCodec('command.v1', arena)

function recordCodec<T>(name: string, arena: Arena): RecordCodec<T> {
  const schema = schemaNamed(name)
  const write = writerOf(schema.fields)
  const reader = new Reader<T>(schema, name)
  return {
    encode(schemaId, record) {
      arena.begin()
      try {
        arena.byte(0)
        arena.int32(schemaId)
        write(arena, record)
        return arena.view()
      } catch (error) {
        arena.back()
        throw whatIsWrong(schema.fields, record) ?? error
      }
    },
    decode: (bytes, schemaOf) => reader.read(bytes, schemaOf),
    knows: (schemaId) => reader.knows(schemaId),
  }
}

interface Plan { schema: AvroRecord; content: AvroRecord['fields']; meta: AvroRecord['fields'][number]; writeContent: Write; writeMeta: Write }

/** `meta` is the last field of every model, so the content's bytes come first and are hashed where they lie. */
function plan(model: ModelName): Plan {
  const schema = schemaNamed(model)
  const content = schema.fields.slice(0, -1), meta = schema.fields.at(-1)
  if (meta?.name !== 'meta') throw new Error(`${model}: the last field has to be meta`)
  return { schema, content, meta, writeContent: writerOf(content), writeMeta: writerOf([meta]) }
}
