import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AvroRecord } from './avro-schema.ts'

/** The package's root, from source, from dist/ and from tests alike. */
export const packageRoot = rootAbove(import.meta.dirname)

/** The text of schemas/<name>.avsc: what is registered, byte for byte. */
export const schemaText = (name: string): string => readFileSync(join(packageRoot, 'schemas', `${name}.avsc`), 'utf8')
export const schemaOf = (name: string): AvroRecord => JSON.parse(schemaText(name)) as AvroRecord

/** The frozen copy of a released model, or null where it was never released. */
export function releasedText(name: string): string | null {
  const path = join(packageRoot, 'schemas', 'released', `${name}.avsc`)
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

/** Every schema by name: the models, `meta`, and the hub's own records. */
export const schemaNames = (): string[] => readdirSync(join(packageRoot, 'schemas')).filter((file) => file.endsWith('.avsc')).map((file) => file.slice(0, -'.avsc'.length)).sort()

/** What ends in the `meta` record is a canonical model. */
export const isModel = (schema: AvroRecord): boolean => schema.fields.at(-1)?.name === 'meta'

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  if (dirname(folder) === folder) throw new Error(`no package.json above ${import.meta.dirname}: schemas/ lies beside it`)
  return rootAbove(dirname(folder))
}
