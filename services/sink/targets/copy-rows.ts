import { asciiInto } from '../../../canonical/ascii.ts'
import { fromBytes, unscaledAt } from '../../../canonical/avro-decimal.ts'
import { unscaled, type Decimal } from '../../../canonical/decimal.ts'
import type { Micros } from '../../../canonical/micros.ts'

/** The column takes whole numbers of its size: nothing is cut. The code is the one that the database would give. */
export class UnfitValue extends Error {
  override readonly name = 'UnfitValue'
  readonly code = '22003'
}

const room = 32
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
/** 2000-01-01, where PostgreSQL counts from. */
const epoch = 946_684_800_000_000

/** Rows in PostgreSQL's binary COPY format, into one growing piece of memory. Nothing is turned into text on the way that is none. */
export class CopyRows {
  #buf = Buffer.allocUnsafeSlow(1 << 18)
  #at = 0
  #columns = 0
  count = 0

  /** Forgets what was written. What `done` gave is then overwritten. */
  begin(columns: number): this {
    this.#columns = columns
    this.count = 0
    this.#at = header.copy(this.#buf)
    return this
  }

  row(): void {
    this.#ensure(room)
    this.#at = this.#buf.writeInt16BE(this.#columns, this.#at)
    this.count++
  }

  done(): Buffer {
    this.#ensure(room)
    return this.#buf.subarray(0, this.#buf.writeInt16BE(-1, this.#at))
  }

  null(): void { this.#ensure(room); this.#length(-1) }

  boolean(value: boolean): void { this.#ensure(room); this.#length(1); this.#buf[this.#at++] = value ? 1 : 0 }

  integer(value: number): void {
    if ((value | 0) !== value) throw new UnfitValue()
    this.#ensure(room)
    this.#length(4)
    this.#length(value)
  }

  bigint(value: number): void {
    if (!Number.isSafeInteger(value)) throw new UnfitValue()
    this.#ensure(room)
    this.#length(8)
    this.#int64(value)
  }

  timestamp(value: Micros): void { this.#ensure(room); this.#length(8); this.#int64(value - epoch) }

  text(value: string): void {
    const length = value.length
    if (length > 80) return this.#long(value)
    this.#ensure(length + room)
    if (!asciiInto(this.#buf, this.#at + 4, value)) return this.#long(value)
    this.#length(length)
    this.#at += length
  }

  /** `write` adds the JSON, piece by piece. */
  jsonb(write: (piece: (json: string) => void) => void): void {
    this.#ensure(room)
    const from = this.#at
    this.#at = from + 4
    this.#buf[this.#at++] = 1
    write(this.#piece)
    this.#buf.writeInt32BE(this.#at - from - 4, from)
  }

  readonly #piece = (json: string): void => {
    const length = json.length
    this.#ensure(length * 3 + room)
    this.#at += length <= 80 && asciiInto(this.#buf, this.#at, json) ? length : this.#buf.write(json, this.#at)
  }

  texts(values: readonly string[]): void {
    this.#ensure(room)
    const from = this.#at
    this.#at += 4
    this.#length(values.length === 0 ? 0 : 1)
    this.#length(0)
    this.#length(textOid)
    if (values.length > 0) {
      this.#length(values.length)
      this.#length(1)
      for (const value of values) this.text(value)
    }
    this.#buf.writeInt32BE(this.#at - from - 4, from)
  }

  /** Groups of four digits, the first of them worth 10000^weight. */
  numeric(value: Decimal): void {
    const scaled = unscaled(value)
    if (typeof scaled === 'bigint') this.#large(value)
    else this.#numeric(scaled)
  }

  /** `scaled` × 10^-9 */
  #numeric(scaled: number): void {
    this.#ensure(room)
    const size = Math.abs(scaled), whole = Math.floor(size / 1e9), fraction = size - whole * 1e9
    const digits = fraction === 0 ? 2 : 5
    this.#length(8 + 2 * digits)
    this.#short(digits)
    this.#short(1)
    this.#short(scaled < 0 ? negative : 0)
    this.#short(places)
    const high = Math.floor(whole / 1e4)
    this.#short(high)
    this.#short(whole - high * 1e4)
    if (fraction === 0) return
    const upper = Math.floor(fraction / 1e5), rest = fraction - upper * 1e5, middle = Math.floor(rest / 10)
    this.#short(upper)
    this.#short(middle)
    this.#short((rest - middle * 10) * 1e3)
  }

  /** A text as Avro has it, from `place` on: its bytes are what the database takes. */
  avroText(bytes: Buffer, place: number): void {
    const length = this.#avroLength(bytes, place), from = this.#avroFrom
    this.#ensure(length + room)
    this.#length(length)
    const buf = this.#buf, to = this.#at
    if (length > 40) bytes.copy(buf, to, from, from + length)
    else for (let i = 0; i < length; i++) buf[to + i] = bytes[from + i]!
    this.#at = to + length
  }

  /** A decimal as Avro has it, from `place` on. */
  avroDecimal(bytes: Buffer, place: number): void {
    const length = this.#avroLength(bytes, place), from = this.#avroFrom
    if (length > 6 || length === 0) return this.numeric(fromBytes(bytes.subarray(from, from + length)))
    this.#numeric(unscaledAt(bytes, from, length))
  }

  #avroFrom = 0
  #avroLength(bytes: Buffer, place: number): number {
    let byte = bytes[place++]!, zigzag = byte & 0x7f
    for (let shift = 7; byte > 0x7f; shift += 7) { byte = bytes[place++]!; zigzag |= (byte & 0x7f) << shift }
    this.#avroFrom = place
    return zigzag >>> 1
  }

  #large(value: Decimal): void {
    const [whole = '', fraction = ''] = value.replace('-', '').split('.')
    const groups = Math.ceil(whole.length / 4), digits = whole.padStart(groups * 4, '0') + fraction.slice(0, places).padEnd(12, '0')
    this.#ensure(digits.length + room)
    this.#length(8 + digits.length / 2)
    this.#short(digits.length / 4)
    this.#short(groups - 1)
    this.#short(value.startsWith('-') ? negative : 0)
    this.#short(places)
    for (let at = 0; at < digits.length; at += 4) this.#short(Number(digits.slice(at, at + 4)))
  }

  #long(value: string): void {
    this.#ensure(value.length * 3 + room)
    const length = this.#buf.write(value, this.#at + 4)
    this.#length(length)
    this.#at += length
  }

  #short(value: number): void { this.#buf[this.#at++] = value >>> 8; this.#buf[this.#at++] = value }

  #length(value: number): void {
    const buf = this.#buf
    let at = this.#at
    buf[at++] = value >>> 24
    buf[at++] = value >>> 16
    buf[at++] = value >>> 8
    buf[at++] = value
    this.#at = at
  }

  #int64(value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.#length(high)
    this.#length(value - high * 2 ** 32)
  }

  #ensure(more: number): void {
    if (this.#at + more <= this.#buf.length) return
    const next = Buffer.allocUnsafeSlow(Math.max(2 * this.#buf.length, this.#at + 2 * more))
    this.#buf.copy(next, 0, 0, this.#at)
    this.#buf = next
  }
}
const textOid = 25
const negative = 0x4000
const places = 9
