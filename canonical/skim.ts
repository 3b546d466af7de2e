import { isUnion, type AvroField, type AvroRecord, type AvroSchema } from './avro-schema.ts'
import { decimalAt } from './avro-decimal.ts'
import type { Decimal } from './decimal.ts'
import { Refused } from './refused.ts'

/** Where the fields of a record lie in its bytes. */
export interface Skimmed { readonly bytes: Buffer; readonly places: Int32Array; /** First place of this record. */ readonly at: number }
export type Kind = 'string' | 'long' | 'boolean' | 'decimal' | 'enum' | 'array' | 'record'
/** A field that stands in no list: `slot` counts from the record's first place, where -1 says null. */
export interface SkimField { readonly slot: number; readonly kind: Kind; readonly value: (bytes: Buffer, place: number) => unknown; /** How the items of a list of records are read. */ readonly items?: Skim }

/**
 * Reads records without building them: notes where each field lies, and makes of it only what is asked for. Decoding everything costs most
 * of what a reader spends, and garbage collection most of the rest.
 */
export class Skim {
  readonly fields = new Map<string, SkimField>()
  readonly #note: Note
  readonly #view: (it: Skimmed) => object
  readonly #cursor = new Cursor()
  readonly #name: string
  #slots = 0

  constructor(schema: AvroRecord, name: string, named = new Map<string, AvroSchema>()) {
    this.#name = name
    const { note, view } = this.#record(schema, '', named)
    this.#note = note
    this.#view = view
  }

  /** How many places a record needs. */
  get size(): number { return this.#slots }

  /** Notes the places of a record that begins at `from`, into `places` from `at` on. */
  read(bytes: Buffer, from: number, places: Int32Array, at: number): Skimmed {
    const cursor = this.#cursor
    cursor.open(bytes, from)
    try { this.#note(cursor, places, at) } catch (error) {
      if (error instanceof Refused) throw error
      if (error instanceof TooLarge) throw new Refused('record.number-too-large', 'whole numbers below 2^53', bytes)
      throw new Refused('record.unreadable', `the bytes of ${this.#name}`, bytes)
    }
    if (cursor.pos !== bytes.length) throw new Refused('record.unreadable', `the bytes of ${this.#name}`, bytes)
    return { bytes, places, at }
  }

  /** The record as an object; each field is made of the bytes whenever it is asked for. */
  view(it: Skimmed): object { return this.#view(it) }

  #record(schema: AvroRecord, path: string, named: Map<string, AvroSchema>): { note: Note; view: (it: Skimmed) => object } {
    named.set(schema.name, schema)
    const notes: Note[] = [], getters: Record<string, (it: Skimmed) => unknown> = {}
    for (const field of schema.fields) {
      const { note, get } = this.#field(field, `${path}${field.name}`, named)
      notes.push(note)
      getters[field.name] = get
    }
    class Fields extends View {}
    for (const [name, get] of Object.entries(getters)) Object.defineProperty(Fields.prototype, name, { enumerable: true, get(this: View) { return get(View.of(this)) } })
    return { note: inTurn(notes), view: (it) => new Fields(it) }
  }

  #field({ type }: AvroField, path: string, named: Map<string, AvroSchema>): { note: Note; get: (it: Skimmed) => unknown } {
    const nullable = isUnion(type), schema = named.get(nullable ? type[1] as string : type as string) ?? (nullable ? type[1]! : type)
    if (nullable && (type.length !== 2 || type[0] !== 'null')) throw new Error(`${path}: only null and one other type`)
    const slot = this.#slots++
    if (isRecord(schema)) {
      const { note, view } = this.#record(schema, `${path}.`, named), last = this.#slots
      this.fields.set(path, { slot, kind: 'record', value: () => { throw new Error(`${path}: is read field by field`) } })
      return {
        note: (cursor, places, at) => {
          if (nullable && cursor.isNull()) { places.fill(-1, at + slot, at + last); return }
          places[at + slot] = cursor.pos
          note(cursor, places, at)
        },
        get: (it) => (it.places[it.at + slot] === -1 ? null : view(it)),
      }
    }
    const { kind, skip, read: build } = leaf(schema, named), cursor = this.#cursor, items = this.#items(schema, path, named)
    const read = items === null ? build : (it: Cursor) => items.#views(it)
    const value = (bytes: Buffer, place: number) => { if (place === -1) return null; cursor.open(bytes, place); return read(cursor) }
    this.fields.set(path, { slot, kind, value, ...(items === null ? {} : { items }) })
    return {
      note: nullable
        ? (it, places, at) => { if (it.isNull()) places[at + slot] = -1; else { places[at + slot] = it.pos; skip(it) } }
        : (it, places, at) => { places[at + slot] = it.pos; skip(it) },
      get: (it) => value(it.bytes, it.places[it.at + slot]!),
    }
  }

  #items(schema: AvroSchema, path: string, named: Map<string, AvroSchema>): Skim | null {
    if (typeof schema !== 'object' || isUnion(schema) || schema.type !== 'array') return null
    const item = typeof schema.items === 'string' ? named.get(schema.items) : schema.items
    return item !== undefined && isRecord(item) ? new Skim(item, `${this.#name}'s ${path}`, named) : null
  }

  /** The items of a list, as views. Their places lie in pieces of memory that many lists share. */
  #views(cursor: Cursor): object[] {
    const found: object[] = [], size = this.#slots
    for (let count = cursor.block(); count > 0; count = cursor.block()) {
      if (this.#used + count * size > this.#shared.length) { this.#shared = new Int32Array(Math.max(sharedPlaces, count * size)); this.#used = 0 }
      const places = this.#shared
      for (let i = 0; i < count; i++) {
        const at = this.#used
        this.#used += size
        this.#note(cursor, places, at)
        found.push(this.#view({ bytes: cursor.bytesRead, places, at }))
      }
    }
    return found
  }
  #shared = new Int32Array(0)
  #used = 0
}
const sharedPlaces = 16_384

/** A record as an object whose fields are read when they are asked for. */
class View {
  readonly #it: Skimmed
  constructor(it: Skimmed) { this.#it = it }
  static of(view: View): Skimmed { return view.#it }
  static is(value: object): value is View { return #it in value }
}
/** Where the fields of a view lie; null for any other object. */
export const skimmedOf = (value: object): Skimmed | null => (View.is(value) ? View.of(value) : null)

type Note = (cursor: Cursor, places: Int32Array, at: number) => void
type Read = (cursor: Cursor) => unknown
interface Leaf { readonly kind: Kind; readonly skip: (cursor: Cursor) => void; readonly read: Read }

class TooLarge extends Error {}
const isRecord = (schema: AvroSchema): schema is AvroRecord => typeof schema === 'object' && !isUnion(schema) && schema.type === 'record'
const inTurn = (notes: readonly Note[]): Note => (cursor, places, at) => { for (let i = 0; i < notes.length; i++) notes[i]!(cursor, places, at) }

/** How a value is passed over, and how it is made. */
function leaf(schema: AvroSchema, named: Map<string, AvroSchema>): Leaf {
  const known = typeof schema === 'string' ? named.get(schema) : undefined
  if (known !== undefined) return leaf(known, named)
  if (isUnion(schema)) {
    if (schema.length !== 2 || schema[0] !== 'null') throw new Error('only null and one other type')
    const { kind, skip, read } = leaf(schema[1]!, named)
    if (kind === 'record') throw new Error('a record in a list may not be null')
    return { kind, skip: (it) => { if (!it.isNull()) skip(it) }, read: (it) => (it.isNull() ? null : read(it)) }
  }
  const type = typeof schema === 'string' ? schema : schema.type
  if (typeof schema === 'object' && 'name' in schema) named.set(schema.name, schema)
  if (typeof schema === 'object' && schema.type === 'record') {
    const fields = schema.fields.map((it) => leaf(it.type, named))
    return { kind: 'record', skip: (it) => { for (let i = 0; i < fields.length; i++) fields[i]!.skip(it) }, read: () => { throw new Error(`${schema.name}: is read as a view`) } }
  }
  if (typeof schema === 'object' && schema.type === 'array') {
    const { kind, skip, read } = leaf(schema.items, named)
    if (kind === 'array') throw new Error('a list in a list has to be inside of a record')
    return { kind: 'array', skip: (it) => { it.items(skip) }, read: (it) => { const list: unknown[] = []; it.items((each) => { list.push(read(each)) }); return list } }
  }
  if (typeof schema === 'object' && schema.type === 'enum') {
    const { symbols } = schema, symbol = (it: Cursor): string => { const found = symbols[it.long()]; if (found === undefined) throw new Error('no such symbol'); return found }
    return { kind: 'enum', skip: symbol, read: symbol }
  }
  if (type === 'bytes' && typeof schema === 'object' && 'logicalType' in schema && schema.logicalType === 'decimal') {
    // More than six bytes may be more digits than a decimal has.
    return { kind: 'decimal', skip: (it) => { if (it.bytes() > 6) it.decimal() }, read: (it) => { it.bytes(); return it.decimal() } }
  }
  if (type === 'string') return { kind: 'string', skip: (it) => { it.bytes() }, read: (it) => it.text() }
  if (type === 'long' || type === 'int') return { kind: 'long', skip: (it) => { it.long() }, read: (it) => it.long() }
  if (type === 'boolean') return { kind: 'boolean', skip: (it) => { it.boolean() }, read: (it) => it.boolean() }
  throw new Error(`records of this hub hold no ${JSON.stringify(schema)}`)
}

/** A place in bytes. Whatever is not as the schema says throws. */
class Cursor {
  pos = 0
  #buf: Buffer = Buffer.alloc(0)
  #end = 0
  #from = 0
  open(bytes: Buffer, from: number): void { this.#buf = bytes; this.#end = bytes.length; this.pos = from }

  isNull(): boolean {
    const branch = this.#buf[this.pos++]
    if (branch !== 0 && branch !== 2) throw new Error('no such branch')
    return branch === 0
  }
  boolean(): boolean {
    const value = this.#buf[this.pos++]
    if (value !== 0 && value !== 1) throw new Error('neither true nor false')
    return value === 1
  }
  long(): number {
    const buf = this.#buf
    let byte = buf[this.pos++]!
    const negative = (byte & 1) === 1
    let value = byte & 0x7f
    if (byte > 0x7f) {
      for (let worth = 128; byte > 0x7f; worth *= 128) {
        if (this.pos >= this.#end || worth > mostWorth) throw new Error('ends inside a number')
        byte = buf[this.pos++]!
        value += (byte & 0x7f) * worth
      }
      // An odd zigzag beyond 2^53 has been rounded.
      if (value > (negative ? Number.MAX_SAFE_INTEGER : largestZigzag)) throw new TooLarge()
    }
    return negative ? -(value + 1) / 2 : value / 2
  }
  /** Passes over a text or bytes, and says how long they are. */
  bytes(): number {
    const length = this.long()
    this.#from = this.pos
    this.pos += length
    if (!(length >= 0) || this.pos > this.#end) throw new Error('ends inside of a text')
    return length
  }
  /** What `bytes` has passed over. */
  decimal(): Decimal { return decimalAt(this.#buf, this.#from, this.pos - this.#from) }
  text(): string { this.bytes(); return this.#buf.toString('utf8', this.#from, this.pos) }
  items(each: (cursor: Cursor) => void): void {
    for (let count = this.block(); count > 0; count = this.block()) for (let i = 0; i < count; i++) each(this)
  }
  /** How many items follow; 0 at the end of the list. */
  block(): number {
    if (this.pos > this.#end) throw new Error('ends inside a list')
    let count = this.long()
    if (count < 0) { count = -count; this.long() }
    if (!(count <= this.#end)) throw new Error('more items than bytes')
    return count
  }
  get bytesRead(): Buffer { return this.#buf }
}
const mostWorth = 128 ** 9
const largestZigzag = 2 * (Number.MAX_SAFE_INTEGER - 1)
