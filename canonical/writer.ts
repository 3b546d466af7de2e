import { Arena } from './arena.ts'
import { isUnion, type AvroEnum, type AvroField, type AvroRecord, type AvroSchema } from './avro-schema.ts'
import { Refused } from './refused.ts'
import { Rejected, type Problem } from './rejected.ts'

export type Write = (to: Arena, value: unknown) => void

/** The fields of a record as one generated function: half of what avsc needs, and every text is checked on the way. */
export function writerOf(fields: readonly AvroField[], names: Names = namesIn(fields)): Write {
  const tables: ReadonlyMap<string, number>[] = []
  const code = fields.map((field) => write(field.type, `v[${JSON.stringify(field.name)}]`, names, tables, 0)).join('\n')
  const indexes = tables.map((_, i) => `e${i}`).join(', ')
  const make = new Function('tables', 'indexOf', `const [${indexes}] = tables; return (w, v) => {\n${code}\n}`)
  return make(tables, indexOf) as Write
}

type Names = ReadonlyMap<string, AvroSchema>

function write(schema: AvroSchema, value: string, names: Names, tables: ReadonlyMap<string, number>[], depth: number): string {
  const it = typeof schema === 'string' ? names.get(schema) ?? schema : schema
  if (typeof it === 'string') {
    if (!['string', 'boolean', 'int', 'long', 'bytes'].includes(it)) throw new Error(`a model holds no ${it}: numbers with a point are decimals`)
    return `w.${it}(${value});`
  }
  if (isUnion(it)) {
    const [first, second] = it
    if (it.length !== 2 || first !== 'null' || second === undefined) throw new Error('a union is null and one type, in that order')
    const x = `x${depth}`
    return `const ${x} = ${value}; if (${x} === null) w.byte(0); else { w.byte(2); ${write(second, x, names, tables, depth + 1)} }`.replace(/^/, '{ ') + ' }'
  }
  switch (it.type) {
    case 'record': {
      const r = `r${depth}`
      return `{ const ${r} = ${value}; ${it.fields.map((field) => write(field.type, `${r}[${JSON.stringify(field.name)}]`, names, tables, depth + 1)).join(' ')} }`
    }
    case 'enum': return `w.byte(2 * indexOf(e${tables.push(indexesOf(it)) - 1}, ${value}));`
    case 'array': {
      const a = `a${depth}`, i = `i${depth}`
      return `{ const ${a} = ${value}; if (${a}.length > 0) { w.long(${a}.length); for (let ${i} = 0; ${i} < ${a}.length; ${i}++) { ${write(it.items, `${a}[${i}]`, names, tables, depth + 1)} } } w.byte(0); }`
    }
    case 'map': {
      const k = `k${depth}`, m = `m${depth}`
      return `{ const ${m} = ${value}, ${k} = Object.keys(${m}).sort(); if (${k}.length > 0) { w.long(${k}.length); for (const key of ${k}) { w.string(key); ${write(it.values, `${m}[key]`, names, tables, depth + 1)} } } w.byte(0); }`
    }
    case 'fixed': return `w.fixed(${value}, ${it.size});`
    default: return it.logicalType === 'decimal' ? `w.decimal(${value});` : write(it.type, value, names, tables, depth)
  }
}

/** Without the default symbol: that one is for readers of an older schema, the hub never writes it. */
function indexesOf(it: AvroEnum): ReadonlyMap<string, number> {
  if (it.symbols.length > 64) throw new Error(`${it.name} has more symbols than one byte counts`)
  return new Map(it.symbols.flatMap((symbol, i) => (symbol === it.default ? [] : [[symbol, i] as const])))
}
function indexOf(indexes: ReadonlyMap<string, number>, symbol: string): number {
  const index = indexes.get(symbol)
  if (index === undefined) throw new Refused('value.not-of-model', `one of ${[...indexes.keys()].join(', ')}`, symbol)
  return index
}

/** Writes every field on its own to name what cannot be written. Only a refused record pays for it. */
export function whatIsWrong(fields: readonly AvroField[], value: unknown): Rejected | null {
  const names = namesIn(fields)
  const scratch = new Arena()
  const problems: Problem[] = []
  const attempt = (field: string, write: () => void) => {
    try { write() } catch (error) {
      const refused = error instanceof Refused ? error : new Refused('value.not-of-model', 'a value of this type', undefined)
      problems.push({ field, from: [], code: refused.code, expected: refused.expected, got: refused.got })
    }
  }
  const check = (schema: AvroSchema, path: string, it: unknown): void => {
    const type = typeof schema === 'string' ? names.get(schema) ?? schema : schema
    if (typeof type !== 'string' && isUnion(type)) { if (it !== null) check(type[1]!, path, it); return }
    if (typeof type !== 'string' && type.type === 'record') return checkFields(type.fields, `${path}.`, it)
    if (typeof type !== 'string' && type.type === 'array' && Array.isArray(it)) { for (const [i, item] of it.entries()) check(type.items, `${path}[${i}]`, item); return }
    attempt(path, () => { scratch.clear(); writerOf([{ name: 'it', type }], names)(scratch, { it }) })
  }
  const checkFields = (inner: readonly AvroField[], path: string, it: unknown): void => {
    if (typeof it !== 'object' || it === null) return attempt(path.slice(0, -1), () => { throw new Refused('value.not-of-model', 'a record', it) })
    for (const field of inner) check(field.type, path + field.name, (it as Record<string, unknown>)[field.name])
  }
  checkFields(fields, '', value)
  return problems.length > 0 ? new Rejected(problems) : null
}

function namesIn(fields: readonly AvroField[]): Names {
  const names = new Map<string, AvroSchema>()
  const visit = (schema: AvroSchema): void => {
    if (typeof schema === 'string') return
    if (isUnion(schema)) return schema.forEach(visit)
    if (schema.type === 'record') { names.set(schema.name, schema); return (schema satisfies AvroRecord).fields.forEach((field) => visit(field.type)) }
    if (schema.type === 'enum' || schema.type === 'fixed') names.set(schema.name, schema)
    if (schema.type === 'array') visit(schema.items)
    if (schema.type === 'map') visit(schema.values)
  }
  fields.forEach((field) => visit(field.type))
  return names
}
