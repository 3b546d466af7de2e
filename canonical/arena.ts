import { asciiInto } from './ascii.ts'
import { unscaled } from './decimal.ts'
import { Refused } from './refused.ts'

const slab = 1 << 20
const room = 16
/** The fewest bytes that hold 32 bits with their sign. */
const bytesOf = (bits: number): number => (40 - Math.clz32(bits ^ (bits >> 31))) >> 3
/** avsc reads no larger one. */
export const largest = Number.MAX_SAFE_INTEGER - 1

/**
 * Avro's binary encoding into one growing piece of memory. A view stays valid until `clear`: when a slab is full a new
 * one is taken, and what was written before stays where it is.
 */
export class Arena {
  #buf = Buffer.allocUnsafeSlow(slab)
  #from = 0
  #pos = 0

  /** Forgets everything that was written: the views handed out so far are then overwritten. */
  clear(): void { this.#from = this.#pos = 0 }
  begin(): void { this.#from = this.#pos }
  /** What was written since `begin`, without the first `skip` bytes. */
  view(skip = 0): Buffer { return this.#buf.subarray(this.#from + skip, this.#pos) }
  back(): void { this.#pos = this.#from }

  int32(value: number): void { this.#ensure(room); this.#pos = this.#buf.writeInt32BE(value, this.#pos) }
  byte(value: number): void { this.#ensure(room); this.#buf[this.#pos++] = value }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') throw new Refused('value.not-of-model', 'true or false', value)
    this.byte(value ? 1 : 0)
  }

  int(value: number): void {
    if ((value | 0) !== value) throw new Refused('value.not-of-model', 'a whole number of 32 bits', value)
    this.long(value)
  }

  /** Zigzag varint. Only what readers in JavaScript hold exactly, and below -2^52 the zigzag itself would be rounded. */
  long(value: number): void {
    if (!Number.isInteger(value) || value > largest || value < -(2 ** 52)) throw new Refused('value.not-of-model', 'a whole number below 2^53', value)
    this.#ensure(room)
    const buf = this.#buf
    let pos = this.#pos
    if (value >= -1073741824 && value < 1073741824) {
      let left = (value << 1) ^ (value >> 31)
      for (; left > 0x7f; left >>>= 7) buf[pos++] = (left & 0x7f) | 0x80
      buf[pos++] = left
    } else {
      const zigzag = value >= 0 ? value * 2 : -value * 2 - 1
      // Four groups of seven bits, then the rest: both halves are small enough for integer arithmetic.
      let high = Math.floor(zigzag / 0x10000000)
      const low = zigzag - high * 0x10000000
      buf[pos++] = (low & 0x7f) | 0x80
      buf[pos++] = ((low >>> 7) & 0x7f) | 0x80
      buf[pos++] = ((low >>> 14) & 0x7f) | 0x80
      buf[pos++] = (low >>> 21) | 0x80
      for (; high > 0x7f; high >>>= 7) buf[pos++] = (high & 0x7f) | 0x80
      buf[pos++] = high
    }
    this.#pos = pos
  }

  /** Text as UTF-8. Half a surrogate pair would be replaced silently: refused. */
  string(value: string): void {
    if (typeof value !== 'string') throw new Refused('value.not-of-model', 'text', value)
    const length = value.length
    if (length > 63) return this.#longString(value)
    this.#ensure(length + room)
    if (!asciiInto(this.#buf, this.#pos + 1, value)) return this.#longString(value)
    this.#buf[this.#pos] = length << 1
    this.#pos += 1 + length
  }

  #longString(value: string): void {
    if (!value.isWellFormed()) throw new Refused('value.not-text', 'well-formed Unicode', value)
    const length = Buffer.byteLength(value)
    this.long(length)
    this.#ensure(length + room)
    this.#pos += this.#buf.write(value, this.#pos, length, 'utf8')
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw new Refused('value.not-of-model', 'bytes', value)
    this.long(value.length)
    this.#raw(value)
  }

  fixed(value: Uint8Array, size: number): void {
    if (!(value instanceof Uint8Array) || value.length !== size) throw new Refused('value.not-of-model', `${size} bytes`, value)
    this.#raw(value)
  }

  #raw(value: Uint8Array): void {
    this.#ensure(value.length + room)
    this.#buf.set(value, this.#pos)
    this.#pos += value.length
  }

  /** decimal(38,9) as big-endian two's complement, in the fewest bytes. */
  decimal(value: string): void {
    if (typeof value !== 'string') throw new Refused('value.not-of-model', 'a decimal number', value)
    this.#ensure(room + room)
    const left = unscaled(value)
    if (typeof left === 'bigint') return this.#bigDecimal(left)
    // Its lower 32 bits and the rest: both halves are small enough for integer arithmetic.
    const high = Math.floor(left / 0x1_0000_0000), low = (left - high * 0x1_0000_0000) | 0
    const length = high === low >> 31 ? bytesOf(low) : 4 + bytesOf(high)
    const buf = this.#buf, at = this.#pos
    buf[at] = length << 1
    let bits = low, i = at + length
    for (const half = Math.max(at, i - 4); i > half; i--) { buf[i] = bits; bits >>= 8 }
    for (bits = high; i > at; i--) { buf[i] = bits; bits >>= 8 }
    this.#pos = at + 1 + length
  }

  #bigDecimal(value: bigint): void {
    let length = 1
    while (BigInt.asIntN(length * 8, value) !== value) length++
    this.long(length)
    let left = value
    for (let i = this.#pos + length - 1; i >= this.#pos; i--) { this.#buf[i] = Number(BigInt.asUintN(8, left)); left >>= 8n }
    this.#pos += length
  }

  #ensure(more: number): void {
    if (this.#pos + more <= this.#buf.length) return
    const used = this.#pos - this.#from
    const next = Buffer.allocUnsafeSlow(Math.max(slab, 2 * (used + more)))
    this.#buf.copy(next, 0, this.#from, this.#pos)
    this.#buf = next
    this.#from = 0
    this.#pos = used
  }
}
