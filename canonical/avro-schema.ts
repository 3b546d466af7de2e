/** An Avro schema as it lies in schemas/*.avsc. `privacy` and `person` are the hub's own, on every field. */
export type AvroSchema = string | readonly AvroSchema[] | AvroRecord | AvroEnum | AvroFixed | AvroArray | AvroMap | AvroPlain
export interface AvroRecord { type: 'record'; name: string; namespace?: string; aliases?: readonly string[]; doc?: string; fields: readonly AvroField[] }
export interface AvroField { name: string; type: AvroSchema; doc?: string; default?: unknown; aliases?: readonly string[]; privacy?: Privacy; person?: boolean }
export interface AvroEnum { type: 'enum'; name: string; namespace?: string; aliases?: readonly string[]; doc?: string; symbols: readonly string[]; default?: string }
export interface AvroFixed { type: 'fixed'; name: string; namespace?: string; aliases?: readonly string[]; size: number; logicalType?: string; precision?: number; scale?: number }
export interface AvroArray { type: 'array'; items: AvroSchema }
export interface AvroMap { type: 'map'; values: AvroSchema }
export interface AvroPlain { type: Primitive; logicalType?: string; precision?: number; scale?: number }
export type Primitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'
export type Privacy = 'public' | 'internal' | 'confidential' | 'restricted'

/** The schema without Avro's abbreviations: a primitive as an object, a name as what it stands for. */
export type Opened = Exclude<AvroSchema, string>

export function isUnion(schema: AvroSchema): schema is readonly AvroSchema[] { return Array.isArray(schema) }
export function isPrimitive(name: string): name is Primitive { return ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'].includes(name) }

/** Every field of a record and of the records inside of it, with its path: `lines[].taxes[].rate`. A record that is only named was walked where it stands. */
export function* fieldsOf(schema: AvroSchema, path = ''): Generator<{ path: string; field: AvroField }> {
  if (typeof schema === 'string') return
  if (isUnion(schema)) { for (const branch of schema) yield* fieldsOf(branch, path) }
  else if (schema.type === 'array') yield* fieldsOf(schema.items, `${path}[]`)
  else if (schema.type === 'map') yield* fieldsOf(schema.values, `${path}{}`)
  else if (schema.type === 'record') {
    for (const field of schema.fields) {
      const inner = path === '' ? field.name : `${path}.${field.name}`
      yield { path: inner, field }
      yield* fieldsOf(field.type, inner)
    }
  }
}
