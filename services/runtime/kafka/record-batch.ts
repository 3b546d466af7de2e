import zlib from 'node:zlib'
import { crc32c } from '@node-rs/crc32'

export type Codec = 'none' | 'gzip' | 'zstd'
const codecIds = { none: 0, gzip: 1, zstd: 4 } as const
const compress = {
  gzip: (bytes: Buffer) => zlib.gzipSync(bytes, { level: 1 }),
  zstd: (bytes: Buffer) => zlib.zstdCompressSync(bytes, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }),
}
/** Below this a compressed batch is hardly smaller, and setting the compressor up costs more than it saves. */
const worthCompressing = 2_048
const headerBytes = 61

/** What an idempotent or transactional producer stamps on a batch; a plain one has none. */
export interface Stamp { readonly producerId: bigint; readonly epoch: number; readonly sequence: number }

/** Writes one RecordBatch v2 in a single pass into one arena, which is used again after `reset`. */
export class BatchWriter {
  private bytes: Buffer
  private at = headerBytes
  private base = 0
  private latest = 0
  count = 0
  constructor(capacity = 64 << 10) { this.bytes = Buffer.allocUnsafeSlow(capacity) }

  get size() { return this.at }
  get capacity() { return this.bytes.length }
  reset(): void { this.at = headerBytes; this.count = 0 }

  /** `headers` is a block made by `encodeHeaders`. Without a timestamp a record has that of the batch's first one, or now. */
  add(key: Buffer | null, value: Buffer | null, headers: Buffer = noHeaders, timestamp?: number): void {
    if (this.count === 0) this.latest = this.base = timestamp ?? Date.now()
    const delta = timestamp === undefined ? 0 : timestamp - this.base
    if (delta > this.latest - this.base) this.latest = this.base + delta
    const index = this.count++
    const keyLength = key === null ? -1 : key.length
    const valueLength = value === null ? -1 : value.length
    const body = 1 + varlongSize(delta) + varintSize(index) + varintSize(keyLength) + Math.max(keyLength, 0)
      + varintSize(valueLength) + Math.max(valueLength, 0) + headers.length
    if (this.at + body + 5 > this.bytes.length) this.grow(body + 5)
    this.varint(body)
    this.bytes[this.at++] = 0
    this.varlong(delta)
    this.varint(index)
    this.varint(keyLength)
    if (key !== null) this.raw(key)
    this.varint(valueLength)
    if (value !== null) this.raw(value)
    this.raw(headers)
  }

  /** The finished batch, in bytes of its own: a retry must send exactly the same. */
  seal({ stamp = null, codec = 'zstd' }: { stamp?: (Stamp & { transactional: boolean }) | null; codec?: Codec } = {}): Buffer {
    const records = this.bytes.subarray(headerBytes, this.at)
    const packed = codec !== 'none' && records.length >= worthCompressing ? compress[codec](records) : null
    const body = packed !== null && packed.length < records.length ? packed : records
    const sealed = Buffer.allocUnsafeSlow(headerBytes + body.length)
    body.copy(sealed, headerBytes)
    sealed.writeBigInt64BE(0n, 0)
    sealed.writeInt32BE(sealed.length - 12, 8)
    sealed.writeInt32BE(-1, 12)
    sealed[16] = 2
    sealed.writeInt16BE((stamp?.transactional ? 0x10 : 0) | (body === packed ? codecIds[codec] : 0), 21)
    sealed.writeInt32BE(this.count - 1, 23)
    sealed.writeBigInt64BE(BigInt(this.base), 27)
    sealed.writeBigInt64BE(BigInt(this.latest), 35)
    sealed.writeBigInt64BE(stamp?.producerId ?? -1n, 43)
    sealed.writeInt16BE(stamp?.epoch ?? -1, 51)
    sealed.writeInt32BE(stamp?.sequence ?? -1, 53)
    sealed.writeInt32BE(this.count, 57)
    sealed.writeUInt32BE(crc32c(sealed.subarray(21)), 17)
    return sealed
  }

  private grow(count: number) {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.at + count))
    this.bytes.copy(larger, 0, 0, this.at)
    this.bytes = larger
  }
  private raw(bytes: Buffer) {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }
  private varint(value: number) {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    for (; rest >= 0x80; rest >>>= 7) this.bytes[this.at++] = (rest & 0x7f) | 0x80
    this.bytes[this.at++] = rest
  }
  private varlong(value: number) {
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 0x80
    this.bytes[this.at++] = rest
  }
}

/** Whether a batch of this one record stays within the bound. Compressed only where it has to be. */
export function fitsAlone(key: Buffer | null, value: Buffer | null, headers: Buffer, mostBytes: number): boolean {
  const size = (key?.length ?? 0) + (value?.length ?? 0) + headers.length
  if (size + 128 <= mostBytes) return true
  const alone = new BatchWriter(size + 128)
  alone.add(key, value, headers)
  return alone.seal().length <= mostBytes
}

function varintSize(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0
  return rest < 0x80 ? 1 : rest < 0x4000 ? 2 : rest < 0x20_0000 ? 3 : rest < 0x1000_0000 ? 4 : 5
}
function varlongSize(value: number): number {
  let size = 1
  for (let rest = value < 0 ? -2 * value - 1 : 2 * value; rest >= 0x80; rest = Math.floor(rest / 128)) size++
  return size
}

/** Encodes a record's headers once, for as many records as have the same. */
export function encodeHeaders(headers: Iterable<readonly [name: string, value: string | Buffer | null]>): Buffer {
  const entries = [...headers]
  const parts = [varint(entries.length)]
  for (const [name, value] of entries) {
    const nameBytes = Buffer.from(name)
    parts.push(varint(nameBytes.length), nameBytes)
    const valueBytes = typeof value === 'string' ? Buffer.from(value) : value
    parts.push(varint(valueBytes === null ? -1 : valueBytes.length))
    if (valueBytes !== null) parts.push(valueBytes)
  }
  return Buffer.concat(parts)
}
function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80)
  return Buffer.from([...bytes, rest])
}
export const noHeaders = encodeHeaders([])
