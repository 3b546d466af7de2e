import { describe, expect, test } from 'vitest'
import { fieldsOf, isUnion, type AvroEnum, type AvroSchema } from './avro-schema.ts'
import { modelNames } from './models.generated.ts'
import { isModel, schemaNames, schemaOf } from './schemas.ts'

const enumsOf = (schema: AvroSchema): AvroEnum[] => {
  if (typeof schema === 'string') return []
  if (isUnion(schema)) return schema.flatMap(enumsOf)
  return schema.type === 'enum' ? [schema] : schema.type === 'record' ? schema.fields.flatMap((it) => enumsOf(it.type)) : schema.type === 'array' ? enumsOf(schema.items) : schema.type === 'map' ? enumsOf(schema.values) : []
}

describe.each(schemaNames())('schema %s', (name) => {
  const schema = schemaOf(name)
  const fields = [...fieldsOf(schema)]

  test('says what each record and each field is, and how private it is', () => {
    expect(fields.filter(({ field }) => field.doc === undefined || !/^[A-Z0-9].*\.$/.test(field.doc)).map(({ path }) => path)).toEqual([])
    expect(fields.filter(({ field }) => !['public', 'internal', 'confidential', 'restricted'].includes(String(field.privacy))).map(({ path }) => path)).toEqual([])
    expect(schema.doc).toMatch(/\.$/)
  })
  test('marks as a person\'s only what is at least confidential', () => {
    expect(fields.filter(({ field }) => field.person === true && !['confidential', 'restricted'].includes(String(field.privacy))).map(({ path }) => path)).toEqual([])
  })
  test('has UNKNOWN as first and default symbol of each enum', () => {
    expect(enumsOf(schema).filter((it) => it.default !== 'UNKNOWN' || it.symbols[0] !== 'UNKNOWN').map((it) => it.name)).toEqual([])
  })
  test('lets whatever may be null be null by default', () => {
    expect(fields.filter(({ field }) => isUnion(field.type) && !(field.type.length === 2 && field.type[0] === 'null' && field.default === null)).map(({ path }) => path)).toEqual([])
  })
})

test('every model ends in exactly the meta record of meta.avsc', () => {
  const { namespace, ...meta } = schemaOf('meta')
  expect(schemaNames().filter((name) => isModel(schemaOf(name)))).toEqual(modelNames)
  for (const name of modelNames) expect([name, schemaOf(name).fields.at(-1)?.type]).toEqual([name, meta])
  expect(namespace).toBe('tributary.canonical.v1')
})
