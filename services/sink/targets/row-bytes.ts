import { hash } from 'node:crypto'
import { asciiInto } from '../../../canonical/ascii.ts'
import { unscaled } from '../../../canonical/decimal.ts'

/** Types by PostgreSQL's numbers for them, as they stand in front of each cell. */
export const cellTypes = { boolean: 16, bigint: 20, integer: 23, text: 25, textList: 1009, timestamp: 1184, numeric: 1700, json: 3802 } as const
export interface Cell { readonly type: number; readonly bytes: Buffer | null }

/** Microseconds from 1970 to 2000, where PostgreSQL counts from. */
const epoch = 946_684_800_000_000n

/**
 * A row as `record_send(row(…))` of PostgreSQL gives it: how many cells, then of each its type, its length (-1: null) and its bytes. So no two
 * rows look alike, no setting of the database has a say in it, and no value becomes text in the database: three times as fast as a checksum of texts.
 * Made anew from values: nothing of it is shared with what writes the rows.
 */
export class RowBytes {
  #buf = Buffer.allocUnsafe(1 << 12)
  #at = 4
  #cells = 0

  begin(): this { this.#at = 4; this.#cells = 0; return this }
  /** A view, until the next `begin`. */
  done(): Buffer { this.#buf.writeInt32BE(this.#cells, 0); return this.#buf.subarray(0, this.#at) }

  null(type: number): void { this.#head(type, 0); this.#length(this.#at - 4, -1) }
  boolean(value: boolean): void { this.#head(cellTypes.boolean, 1); this.#buf[this.#at++] = value ? 1 : 0 }
  integer(value: number): void { this.#head(cellTypes.integer, 4); this.#at = this.#buf.writeInt32BE(value, this.#at) }
  bigint(value: number): void { this.#head(cellTypes.bigint, 8); this.#at = this.#buf.writeBigInt64BE(BigInt(value), this.#at) }
  timestamp(micros: number): void { this.#head(cellTypes.timestamp, 8); this.#at = this.#buf.writeBigInt64BE(BigInt(micros) - epoch, this.#at) }
  text(value: string): void {
    const most = 3 * value.length
    this.#head(cellTypes.text, most)
    const length = most <= 240 && asciiInto(this.#buf, this.#at, value) ? value.length : this.#buf.write(value, this.#at)
    this.#length(this.#at - 4, length)
    this.#at += length
  }
  /** As `jsonb` has it: a version in front of the text. */
  json(text: string): void { this.#sized(cellTypes.json, Buffer.from(`\x01${text}`)) }

  textList(values: readonly string[]): void {
    const parts = values.flatMap((it) => { const bytes = Buffer.from(it); return [int32s(bytes.length), bytes] })
    this.#sized(cellTypes.textList, values.length === 0 ? int32s(0, 0, cellTypes.text) : Buffer.concat([int32s(1, 0, cellTypes.text, values.length, 1), ...parts]))
  }

  /** Digits of 10,000 each: how many, what the first is worth, the sign, the places shown, the digits without zeros at either end. */
  numeric(value: string): void {
    const scaled = unscaled(value), digits = this.#digits
    let count = 0, left: number | bigint = scaled < 0 ? -scaled : scaled
    // The lowest of the nine places is worth a group of its own.
    if (typeof left === 'number') {
      digits[count++] = (left % 10) * 1_000
      for (left = Math.floor(left / 10); left > 0; left = Math.floor(left / 10_000)) digits[count++] = left % 10_000
    } else {
      digits[count++] = Number(left % 10n) * 1_000
      for (left /= 10n; left > 0n; left /= 10_000n) digits[count++] = Number(left % 10_000n)
    }
    let lowest = 0
    while (lowest < count && digits[lowest] === 0) lowest++
    while (count > lowest && digits[count - 1] === 0) count--
    const length = count - lowest
    this.#head(cellTypes.numeric, 8 + 2 * length)
    this.#short(length)
    this.#short(length === 0 ? 0 : count - 4)
    this.#short(scaled < 0 ? 0x4000 : 0)
    this.#short(9)
    for (let group = count - 1; group >= lowest; group--) this.#short(digits[group]!)
  }
  readonly #digits: number[] = new Array<number>(12).fill(0)
  #short(value: number): void { this.#buf[this.#at++] = value >>> 8; this.#buf[this.#at++] = value }

  #sized(type: number, bytes: Buffer): void { this.#head(type, bytes.length); this.#at += bytes.copy(this.#buf, this.#at) }
  #head(type: number, length: number): void {
    if (this.#at + length + 8 > this.#buf.length) this.#buf = Buffer.concat([this.#buf, Buffer.allocUnsafe(this.#buf.length + length)])
    const buf = this.#buf, at = this.#at
    buf[at] = buf[at + 1] = 0
    buf[at + 2] = type >>> 8
    buf[at + 3] = type
    this.#length(at + 4, length)
    this.#at = at + 8
    this.#cells++
  }
  #length(at: number, length: number): void {
    const buf = this.#buf
    buf[at] = length >>> 24
    buf[at + 1] = length >>> 16
    buf[at + 2] = length >>> 8
    buf[at + 3] = length
  }
}
const int32s = (...values: readonly number[]): Buffer => { const bytes = Buffer.alloc(4 * values.length); values.forEach((it, at) => bytes.writeInt32BE(it, 4 * at)); return bytes }

/** What the sums are made of: the first eight bytes of SHA-256, as a signed number. `checksum` in SQL is the same. */
export const checksumOf = (row: Buffer): bigint => hash('sha256', row, 'buffer').readBigInt64BE(0)
export const checksum = (row: string): string => `('x' || encode(substr(sha256(record_send(${row})), 1, 8), 'hex'))::bit(64)::bigint`

export function cellsOf(row: Buffer): Cell[] {
  const cells: Cell[] = []
  for (let at = 4; at < row.length;) {
    const type = row.readInt32BE(at), length = row.readInt32BE(at + 4)
    at += 8
    cells.push({ type, bytes: length < 0 ? null : row.subarray(at, at + length) })
    at += Math.max(0, length)
  }
  return cells
}

/** A cell as a person reads it. */
export function shown({ type, bytes }: Cell): string {
  if (bytes === null) return 'null'
  switch (type) {
    case cellTypes.boolean: return bytes[0] === 1 ? 'true' : 'false'
    case cellTypes.integer: return `${bytes.readInt32BE(0)}`
    case cellTypes.bigint: return `${bytes.readBigInt64BE(0)}`
    case cellTypes.timestamp: return time(bytes.readBigInt64BE(0) + epoch)
    case cellTypes.numeric: return decimal(bytes)
    case cellTypes.json: return bytes.toString('utf8', 1)
    case cellTypes.textList: return JSON.stringify(texts(bytes))
    default: return bytes.toString('utf8')
  }
}

function time(micros: bigint): string {
  const part = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n, whole = new Date(Number((micros - part) / 1_000n))
  return Number.isNaN(whole.getTime()) ? 'no time' : whole.toISOString().replace('.000Z', `.${`${part}`.padStart(6, '0')}Z`)
}

function decimal(bytes: Buffer): string {
  const weight = bytes.readInt16BE(2), sign = bytes.readUInt16BE(4), places = bytes.readInt16BE(6)
  if (sign !== 0 && sign !== 0x4000) return 'no number'
  let whole = '', fraction = ''
  const digit = (worth: number): string => { const at = 8 + 2 * (weight - worth); return `${worth <= weight && at < bytes.length ? bytes.readInt16BE(at) : 0}`.padStart(4, '0') }
  for (let worth = Math.max(weight, 0); worth >= 0; worth--) whole += digit(worth)
  for (let worth = -1; fraction.length < places; worth--) fraction += digit(worth)
  fraction = fraction.slice(0, places).replace(/0+$/, '')
  return `${sign === 0 ? '' : '-'}${whole.replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`
}

function texts(bytes: Buffer): string[] {
  const found: string[] = []
  for (let at = 20; at < bytes.length;) { const length = bytes.readInt32BE(at); at += 4; found.push(length < 0 ? 'null' : bytes.toString('utf8', at, at + length)); at += Math.max(0, length) }
  return found
}
