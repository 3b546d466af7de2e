import { isPrimitive, isUnion, type AvroField, type AvroRecord, type AvroSchema } from './avro-schema.ts'

/** Why one schema cannot read what another wrote: the field, and the reason in plain English. */
export interface Incompatibility { readonly field: string; readonly reason: string }

/**
 * FULL_TRANSITIVE, the rule of canonical models: every released schema reads what today's writes, and the other way round.
 * The registry answers only yes or no; this names the field and why.
 */
export function incompatibilities(today: AvroRecord, released: readonly AvroRecord[]): Incompatibility[] {
  const found = released.flatMap((old) => [
    ...unreadable(today, old).map(({ field, reason }) => ({ field, reason: `records that are already there cannot be read: ${reason}` })),
    ...unreadable(old, today).map(({ field, reason }) => ({ field, reason: `subscribers on a released schema cannot read new records: ${reason}` })),
  ])
  return [...new Map(found.map((it) => [`${it.field}\n${it.reason}`, it])).values()]
}

/** What keeps `reader` from reading what `writer` wrote, by Avro's rules of schema resolution; decimals also have to keep their scale. */
export function unreadable(reader: AvroSchema, writer: AvroSchema): Incompatibility[] {
  const found: Incompatibility[] = []
  resolve({ schema: reader, names: new Names(reader) }, { schema: writer, names: new Names(writer) }, '', found, new Set())
  return found
}

interface Side { schema: AvroSchema; names: Names }

function resolve(reader: Side, writer: Side, field: string, found: Incompatibility[], seen: Set<string>): void {
  const r = reader.names.open(reader.schema), w = writer.names.open(writer.schema)
  const no = (reason: string) => void found.push({ field, reason })
  const inner = (readers: AvroSchema, writers: AvroSchema, path: string, to = found) => resolve({ ...reader, schema: readers }, { ...writer, schema: writers }, path, to, seen)

  if (isUnion(w)) { for (const branch of w) inner(r, branch, field); return }
  if (isUnion(r)) {
    const tries = r.map((branch) => { const of: Incompatibility[] = []; inner(branch, w, field, of); return of })
    if (tries.some((of) => of.length === 0)) return
    const sameKind = tries[r.findIndex((branch) => kindOf(reader.names.open(branch)) === kindOf(w))]
    return void (sameKind ? found.push(...sameKind) : no(`${kindOf(w)} is none of ${r.map((branch) => kindOf(reader.names.open(branch))).join(', ')}`))
  }
  const rk = kindOf(r), wk = kindOf(w)
  if (rk !== wk) return promotions[wk]?.includes(rk) && !logicalOf(r) && !logicalOf(w) ? undefined : no(`${wk} became ${rk}`)
  if (logicalOf(r) !== logicalOf(w)) return no(`${logicalOf(w) ?? `plain ${wk}`} became ${logicalOf(r) ?? `plain ${rk}`}`)
  if (typeof r === 'string' || typeof w === 'string' || isPrimitive(r.type)) return
  if (r.type === 'array' && w.type === 'array') return inner(r.items, w.items, `${field}[]`)
  if (r.type === 'map' && w.type === 'map') return inner(r.values, w.values, `${field}{}`)
  if (!('name' in r) || !('name' in w)) return
  if (r.name !== w.name && !(r.aliases ?? []).includes(w.name)) return no(`${w.name} became ${r.name}`)
  if (r.type === 'fixed' && w.type === 'fixed') return r.size === w.size ? undefined : no(`${w.size} bytes became ${r.size}`)
  if (r.type === 'enum' && w.type === 'enum') {
    const missing = w.symbols.filter((symbol) => !r.symbols.includes(symbol))
    return missing.length === 0 || r.default !== undefined ? undefined : no(`the enum lacks ${missing.join(', ')} and has no default symbol`)
  }
  if (r.type === 'record' && w.type === 'record') {
    if (seen.has(`${r.name} ${w.name} ${field}`) || field.split('.').length > 20) return
    seen.add(`${r.name} ${w.name} ${field}`)
    for (const it of r.fields) {
      const path = field === '' ? it.name : `${field}.${it.name}`
      const written = w.fields.find((other) => other.name === it.name || (it.aliases ?? []).includes(other.name))
      if (written !== undefined) inner(it.type, written.type, path)
      else if (!hasDefault(it)) found.push({ field: path, reason: 'it is not written, and the reader has no default for it' })
    }
  }
}

const hasDefault = (field: AvroField) => 'default' in field
const kindOf = (schema: AvroSchema): string => (typeof schema === 'string' ? schema : isUnion(schema) ? 'union' : schema.type)
const promotions: Record<string, readonly string[]> = { int: ['long', 'float', 'double'], long: ['float', 'double'], float: ['double'], string: ['bytes'], bytes: ['string'] }

/** A decimal of another scale is another number, which plain Avro does not notice. */
function logicalOf(schema: AvroSchema): string | undefined {
  if (typeof schema === 'string' || isUnion(schema) || !('logicalType' in schema) || schema.logicalType === undefined) return undefined
  return schema.logicalType === 'decimal' ? `decimal(${schema.precision},${schema.scale ?? 0})` : schema.logicalType
}

/** The named types of one schema; a name stands for what was defined before. */
class Names {
  readonly #types = new Map<string, AvroSchema>()
  constructor(schema: AvroSchema) { this.#collect(schema) }

  open(schema: AvroSchema): AvroSchema {
    if (typeof schema !== 'string') return schema
    return isPrimitive(schema) ? schema : this.#types.get(schema.split('.').at(-1)!) ?? schema
  }

  #collect(schema: AvroSchema): void {
    if (typeof schema === 'string') return
    if (isUnion(schema)) return schema.forEach((branch) => this.#collect(branch))
    if ('name' in schema) this.#types.set(schema.name.split('.').at(-1)!, schema)
    if (schema.type === 'record') schema.fields.forEach((field) => this.#collect(field.type))
    if (schema.type === 'array') this.#collect(schema.items)
    if (schema.type === 'map') this.#collect(schema.values)
  }
}
