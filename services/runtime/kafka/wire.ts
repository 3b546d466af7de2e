/** Writes one request body. `compact*` and `tags` are the forms of flexible request versions. */
export class Writer {
  private bytes: Buffer
  private at = 0
  constructor(capacity = 256) { this.bytes = Buffer.allocUnsafe(capacity) }

  private need(count: number) {
    if (this.at + count <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }
  int8(value: number) { this.need(1); this.at = this.bytes.writeInt8(value, this.at); return this }
  int16(value: number) { this.need(2); this.at = this.bytes.writeInt16BE(value, this.at); return this }
  int32(value: number) { this.need(4); this.at = this.bytes.writeInt32BE(value, this.at); return this }
  int64(value: number | bigint) { this.need(8); this.at = this.bytes.writeBigInt64BE(BigInt(value), this.at); return this }
  varint(value: number) {
    this.need(5)
    let rest = value >>> 0
    for (; rest >= 0x80; rest >>>= 7) this.bytes[this.at++] = (rest & 0x7f) | 0x80
    this.bytes[this.at++] = rest
    return this
  }
  raw(bytes: Buffer) { this.need(bytes.length); this.at += bytes.copy(this.bytes, this.at); return this }
  sized(bytes: Buffer) { return this.int32(bytes.length).raw(bytes) }
  string(text: string | null) {
    if (text === null) return this.int16(-1)
    return this.int16(Buffer.byteLength(text)).text(text)
  }
  compactString(text: string | null) {
    if (text === null) return this.varint(0)
    return this.varint(Buffer.byteLength(text) + 1).text(text)
  }
  private text(text: string) {
    this.need(text.length * 3)
    this.at += this.bytes.write(text, this.at)
    return this
  }
  list<T>(items: readonly T[], write: (item: T) => unknown) {
    this.int32(items.length)
    for (const item of items) write(item)
    return this
  }
  compactList<T>(items: readonly T[] | null, write: (item: T) => unknown) {
    if (items === null) return this.varint(0)
    this.varint(items.length + 1)
    for (const item of items) write(item)
    return this
  }
  /** No tagged fields. */
  tags() { return this.varint(0) }
  done() { return this.bytes.subarray(0, this.at) }
}

/** Reads one answer. Byte results are views into it. */
export class Reader {
  readonly bytes: Buffer
  private at = 0
  constructor(bytes: Buffer) { this.bytes = bytes }

  int8() { return this.bytes.readInt8(this.at++) }
  int16() { this.at += 2; return this.bytes.readInt16BE(this.at - 2) }
  int32() { this.at += 4; return this.bytes.readInt32BE(this.at - 4) }
  bigint64() { this.at += 8; return this.bytes.readBigInt64BE(this.at - 8) }
  /** Safe up to 2^53: offsets and times. */
  int64() { this.at += 8; return int64At(this.bytes, this.at - 8) }
  varint() {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at++)
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }
  take(count: number) { this.at += count; return this.bytes.subarray(this.at - count, this.at) }
  sized() { return this.take(Math.max(this.int32(), 0)) }
  compactSized() { return this.take(Math.max(this.varint() - 1, 0)) }
  string() { const length = this.int16(); return length < 0 ? null : this.take(length).toString() }
  compactString() { const length = this.varint() - 1; return length < 0 ? null : this.take(length).toString() }
  list<T>(read: () => T): T[] {
    const items: T[] = []
    for (let left = this.int32(); left > 0; left--) items.push(read())
    return items
  }
  compactList<T>(read: () => T): T[] {
    const items: T[] = []
    for (let left = this.varint() - 1; left > 0; left--) items.push(read())
    return items
  }
  tags() {
    for (let left = this.varint(); left > 0; left--) { this.varint(); this.take(this.varint()) }
  }
  /** The next 16 bits without moving on: where an answer begins with its error code. */
  peekInt16() { return this.bytes.readInt16BE(this.at) }
}

/** A name that the protocol never leaves out. */
export function named(text: string | null): string {
  if (text === null) throw new Error('the broker left a name out')
  return text
}

export const int64At = (bytes: Buffer, at: number) => bytes.readInt32BE(at) * 4294967296 + bytes.readUInt32BE(at + 4)
