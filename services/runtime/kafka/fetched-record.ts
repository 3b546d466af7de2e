import type { Header, KafkaRecord } from './chunk.ts'
import { VarintReader } from './varint-reader.ts'

/** Where a record lies in the fetched bytes. Each getter makes its view anew: keep what is used twice. */
export class FetchedRecord implements KafkaRecord {
  readonly offset: number
  readonly timestamp: number
  private readonly bytes: Buffer
  private readonly keyAt: number
  private readonly keyLength: number
  private readonly valueAt: number
  private readonly valueLength: number
  constructor(bytes: Buffer, offset: number, timestamp: number, keyAt: number, keyLength: number, valueAt: number, valueLength: number) {
    this.bytes = bytes
    this.offset = offset
    this.timestamp = timestamp
    this.keyAt = keyAt
    this.keyLength = keyLength
    this.valueAt = valueAt
    this.valueLength = valueLength
  }

  get key(): Buffer | null { return this.keyLength < 0 ? null : this.bytes.subarray(this.keyAt, this.keyAt + this.keyLength) }
  get value(): Buffer | null { return this.valueLength < 0 ? null : this.bytes.subarray(this.valueAt, this.valueAt + this.valueLength) }
  get headers(): readonly Header[] {
    const at = this.valueAt + Math.max(this.valueLength, 0)
    if (this.bytes[at] === 0) return none
    const reader = new VarintReader(this.bytes, at)
    const take = (length: number) => { reader.at += length; return this.bytes.subarray(reader.at - length, reader.at) }
    const headers: Header[] = []
    for (let left = reader.varint(); left > 0; left--) {
      const name = take(reader.varint()).toString()
      const length = reader.varint()
      headers.push({ name, value: length < 0 ? null : take(length) })
    }
    return headers
  }
}
const none: readonly Header[] = []
