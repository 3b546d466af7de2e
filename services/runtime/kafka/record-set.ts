import { crc32c } from '@node-rs/crc32'
import type { KafkaRecord } from './chunk.ts'
import { decompress } from './decompress.ts'
import { codes, KafkaError } from './errors.ts'
import { FetchedRecord } from './fetched-record.ts'
import { VarintReader } from './varint-reader.ts'
import { int64At } from './wire.ts'

export interface AbortedTransaction { readonly producerId: bigint; readonly firstOffset: number }
const headerBytes = 61

/** The records of one fetch answer that are committed, decoded as they are taken: a batch of any size costs no more memory than what is taken. */
export class RecordSet {
  /** The position after everything taken so far; passes control batches and aborted records too. */
  next: number
  private readonly bytes: Buffer
  private readonly from: number
  private readonly aborted: readonly AbortedTransaction[]
  private abortedSeen = 0
  private readonly openAborted = new Set<bigint>()
  private at = 0
  private left = 0
  private base = 0
  private last = 0
  private firstTimestamp = 0
  private appendTime: number | null = null
  private reader = new VarintReader(Buffer.alloc(0), 0)

  constructor(bytes: Buffer, from: number, aborted: readonly AbortedTransaction[]) {
    this.bytes = bytes
    this.next = this.from = from
    // Brokers list aborted transactions in the order of their segments; the filter below needs them by first offset.
    this.aborted = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  /** Moves records over until a bound is reached, at least one; false when the set is used up. */
  take(into: KafkaRecord[], bounds: { maxRecords: number; maxBytes: number }, bytesSoFar = 0): { bytes: number; more: boolean } {
    let bytes = bytesSoFar
    for (;;) {
      if (this.left === 0) {
        if (!this.openBatch()) return { bytes, more: false }
        continue
      }
      const { reader } = this
      const start = reader.at
      const length = reader.varint()
      if (into.length > 0 && (into.length >= bounds.maxRecords || bytes + length > bounds.maxBytes)) {
        reader.at = start
        return { bytes, more: true }
      }
      const end = reader.at + length
      reader.at++
      const timestampDelta = reader.varlong()
      const offset = this.base + reader.varint()
      const keyLength = reader.varint()
      const key = reader.at
      reader.at += Math.max(keyLength, 0)
      const valueLength = reader.varint()
      const value = reader.at
      reader.at = end
      this.left--
      this.next = this.left === 0 ? this.last + 1 : offset + 1
      if (offset < this.from) continue
      bytes += length
      into.push(new FetchedRecord(reader.bytes, offset, this.appendTime ?? this.firstTimestamp + timestampDelta, key, keyLength, value, valueLength))
    }
  }

  /** Opens the next batch; passes over control batches and aborted ones. False at the end, or at a batch that was cut off. */
  private openBatch(): boolean {
    const { bytes, at } = this
    if (at + headerBytes > bytes.length) return false
    const end = at + 12 + bytes.readInt32BE(at + 8)
    if (end > bytes.length) return false
    if (bytes[at + 16] !== 2) throw new KafkaError(codes.UNSUPPORTED_VERSION, 'Fetch', `record format ${bytes[at + 16]}; the hub reads format 2`)
    if (crc32c(bytes.subarray(at + 21, end)) !== bytes.readUInt32BE(at + 17)) throw new KafkaError(codes.CORRUPT_MESSAGE, 'Fetch', `batch at offset ${int64At(bytes, at)}`)
    const attributes = bytes.readInt16BE(at + 21)
    const producerId = bytes.readBigInt64BE(at + 43)
    const count = bytes.readInt32BE(at + 57)
    this.base = int64At(bytes, at)
    this.last = this.base + bytes.readInt32BE(at + 23)
    this.at = end
    for (;;) {
      const transaction = this.aborted[this.abortedSeen]
      if (transaction === undefined || transaction.firstOffset > this.last) break
      this.openAborted.add(transaction.producerId)
      this.abortedSeen++
    }
    const isControl = (attributes & 0x20) !== 0
    if (isControl && endsAborted(bytes, at + headerBytes)) this.openAborted.delete(producerId)
    const isAborted = (attributes & 0x10) !== 0 && this.openAborted.has(producerId)
    if (isControl || isAborted || count === 0 || this.last < this.from) {
      this.next = Math.max(this.next, this.last + 1)
      return true
    }
    this.firstTimestamp = int64At(bytes, at + 27)
    this.appendTime = (attributes & 0x08) !== 0 ? int64At(bytes, at + 35) : null
    const codec = attributes & 7
    this.reader = codec === 0 ? new VarintReader(bytes, at + headerBytes) : new VarintReader(decompress(codec, bytes.subarray(at + headerBytes, end)), 0)
    this.left = count
    return true
  }
}

/** Whether a control record is an ABORT marker. Only records of a control batch are looked at: a user's key of four zero bytes reads the same. */
function endsAborted(bytes: Buffer, at: number): boolean {
  const reader = new VarintReader(bytes, at)
  reader.varint()
  reader.at++
  reader.varlong()
  reader.varint()
  reader.varint()
  return bytes.readInt16BE(reader.at + 2) === 0
}
