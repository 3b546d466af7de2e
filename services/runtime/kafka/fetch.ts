import { LentAnswer } from './answer-memory.ts'
import { check } from './errors.ts'
import type { Request } from './link.ts'
import type { AbortedTransaction } from './record-set.ts'
import { type Reader, Writer } from './wire.ts'

export interface FetchPart { readonly topicId: string; readonly partition: number; readonly offset: number; readonly maxBytes: number }
export interface FetchedPart {
  readonly topicId: string
  readonly partition: number
  readonly code: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly logStart: number
  readonly aborted: readonly AbortedTransaction[]
  readonly records: Buffer
  /** To be called once, when nobody looks at the records any more; or never. */
  readonly release: () => void
}

/** Fetch v13, read_committed: it names topics by id, so that a re-created topic answers with an error and never with other records. */
export function fetchRequest(parts: readonly FetchPart[], options: { maxWaitMs: number; maxBytes?: number }): Request {
  const body = new Writer(64 + parts.length * 48)
  body.int32(-1).int32(options.maxWaitMs).int32(1).int32(options.maxBytes ?? 4 << 20).int8(1).int32(0).int32(-1)
  const topics = Map.groupBy(parts, (part) => part.topicId)
  body.compactList([...topics], ([topicId, these]) => {
    body.raw(Buffer.from(topicId, 'base64url'))
    body.compactList(these, (part) => body.int32(part.partition).int32(-1).int64(part.offset).int32(-1).int64(-1).int32(part.maxBytes).tags()).tags()
  })
  body.compactList([], () => {}).compactString('').tags()
  return { api: 'Fetch', key: 1, version: 13, flexible: true, body: [body.done()], timeout: options.maxWaitMs + 10_000 }
}

export function readFetch(answer: Reader): FetchedPart[] {
  answer.int32()
  check(answer.int16(), 'Fetch')
  answer.int32()
  const parts: FetchedPart[] = [], lent = new LentAnswer(answer.bytes)
  answer.compactList(() => {
    const topicId = answer.take(16).toString('base64url')
    answer.compactList(() => {
      const partition = answer.int32()
      const code = answer.int16()
      const [highWatermark, lastStableOffset, logStart] = [answer.int64(), answer.int64(), answer.int64()]
      const aborted = answer.compactList(() => {
        const transaction = { producerId: answer.bigint64(), firstOffset: answer.int64() }
        answer.tags()
        return transaction
      })
      answer.int32()
      const records = answer.compactSized()
      answer.tags()
      const said = { topicId, partition, code, highWatermark, lastStableOffset, logStart, aborted }
      // A small part of a large answer would keep all of it in memory for as long as a record of it is held.
      if (records.length * 3 < answer.bytes.length) parts.push({ ...said, records: Buffer.from(records), release: () => {} })
      else parts.push({ ...said, records, release: lent.keep() })
    })
    answer.tags()
  })
  answer.tags()
  return parts
}

/** The offset after the last whole batch, from the batches' headers alone. */
export function endOf(records: Buffer, from: number): number {
  let next = from
  for (let at = 0; at + 61 <= records.length;) {
    const end = at + 12 + records.readInt32BE(at + 8)
    if (end > records.length) break
    next = Number(records.readBigInt64BE(at)) + records.readInt32BE(at + 23) + 1
    at = end
  }
  return next
}
