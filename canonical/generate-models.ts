// Writes models.generated.ts from schemas/*.avsc; with --check it only says whether that file is stale.
import { join } from 'node:path'
import { isUnion, type AvroEnum, type AvroRecord, type AvroSchema } from './avro-schema.ts'
import { writeOrCheck } from './generated-file.ts'
import { isModel, packageRoot, schemaNames, schemaOf } from './schemas.ts'

const file = join(packageRoot, 'canonical', 'models.generated.ts')

/** The TypeScript of all schemas. A name that two schemas define must mean the same in both. */
export function modelsSource(names: readonly string[] = schemaNames()): string {
  const written = new Map<string, string>()
  const models = names.filter((name) => isModel(schemaOf(name)))
  for (const name of names) {
    const schema = schemaOf(name)
    typeOf(isModel(schema) ? { ...schema, fields: schema.fields.slice(0, -1) } : schema, written)
  }
  return [
    '// Generated from schemas/*.avsc by generate-models.ts: change the schema, then run that.',
    "import type { Decimal } from './decimal.ts'", "import type { Micros } from './micros.ts'", '',
    ...written.values(),
    '/** Every canonical model: the content of its records, all but `meta`. */',
    'export interface Models {', ...models.map((name) => `  '${name}': ${schemaOf(name).name}`), '}',
    'export type ModelName = keyof Models',
    '/** A whole canonical record, as a subscriber or a sink reads it. */',
    'export type Canonical<M extends ModelName> = Models[M] & { meta: Meta }',
    `export const modelNames: readonly ModelName[] = [${models.map((name) => `'${name}'`).join(', ')}]`, '',
  ].join('\n')
}

function typeOf(schema: AvroSchema, written: Map<string, string>): string {
  if (typeof schema === 'string') return primitives[schema] ?? schema
  if (isUnion(schema)) return schema.map((branch) => typeOf(branch, written)).sort((a, b) => Number(a === 'null') - Number(b === 'null')).join(' | ')
  switch (schema.type) {
    case 'record': return define(schema, written, () => [`export interface ${schema.name} {`, ...schema.fields.flatMap((field) =>
      [`  /** ${field.doc} */`, `  ${field.name}: ${typeOf(field.type, written)}`]), '}'])
    case 'enum': return define(schema, written, () => [`export type ${schema.name} = ${schema.symbols.filter((symbol) => symbol !== schema.default).map((symbol) => `'${symbol}'`).join(' | ')}`])
    case 'array': { const item = typeOf(schema.items, written); return `readonly ${/ /.test(item) ? `(${item})` : item}[]` }
    case 'map': return `{ readonly [name: string]: ${typeOf(schema.values, written)} }`
    case 'fixed': return 'Buffer'
    default: return schema.logicalType === 'decimal' ? 'Decimal' : schema.logicalType === 'timestamp-micros' ? 'Micros' : typeOf(schema.type, written)
  }
}
const primitives: Record<string, string> = { null: 'null', boolean: 'boolean', int: 'number', long: 'number', float: 'number', double: 'number', bytes: 'Buffer', string: 'string' }

function define(schema: AvroRecord | AvroEnum, written: Map<string, string>, lines: () => string[]): string {
  const text = [`/** ${schema.doc} */`, ...lines(), ''].join('\n')
  const earlier = written.get(schema.name)
  if (earlier !== undefined && earlier !== text) throw new Error(`schemas define ${schema.name} twice, with different meanings`)
  written.set(schema.name, text)
  return schema.name
}

if (import.meta.main) writeOrCheck(file, modelsSource(), 'canonical/generate-models.ts')
