import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AvroRecord } from './avro-schema.ts'

/** The package's root, from source, from dist/ and from tests alike. */
export const packageRoot = rootAbove(import.meta.dirname)

/** The text of schemas/<name>.avsc: what is registered, byte for byte. Read once: it is asked for with every chunk. */
export function schemaText(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(packageRoot, 'schemas', `${name}.avsc`), 'utf8')
  texts.set(name, text)
  return text
}
const texts = new Map<string, string>()
export const schemaOf = (name: string): AvroRecord => JSON.parse(schemaText(name)) as AvroRecord

/** The frozen copies of a schema, one for each release: `order.v1.avsc`, then `order.v1.2.avsc`. A file here is never changed. */
export const releasedOf = (name: string): AvroRecord[] => readdirSync(join(packageRoot, 'schemas', 'released'))
  .filter((file) => file === `${name}.avsc` || (file.startsWith(`${name}.`) && /^\d+\.avsc$/.test(file.slice(name.length + 1))))
  .map((file) => JSON.parse(readFileSync(join(packageRoot, 'schemas', 'released', file), 'utf8')) as AvroRecord)

/** Every schema by name: the models, `meta`, and the hub's own records. */
export const schemaNames = (): string[] => readdirSync(join(packageRoot, 'schemas')).filter((file) => file.endsWith('.avsc')).map((file) => file.slice(0, -'.avsc'.length)).sort()

/** What ends in the `meta` record is a canonical model. */
export const isModel = (schema: AvroRecord): boolean => schema.fields.at(-1)?.name === 'meta'

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  if (dirname(folder) === folder) throw new Error(`no package.json above ${import.meta.dirname}: schemas/ lies beside it`)
  return rootAbove(dirname(folder))
}
