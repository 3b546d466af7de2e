import { names } from '../../../services/runtime/names.ts'
import type { KafkaRecord } from '../../../services/runtime/kafka/chunk.ts'
import { LeaseState } from '../../../services/runtime/kafka/lease-state.ts'
import { BatchWriter } from '../../../services/runtime/kafka/record-batch.ts'
import { RecordSet } from '../../../services/runtime/kafka/record-set.ts'
import { Unit } from '../../../services/translator/unit.ts'
import { benchCard } from '../source/card.ts'
import source from '../source/mapping.ts'
import { Orders } from '../workload/orders.ts'

const chunkRecords = 2_000, batchRecords = 100
const stamp = { producerId: 1n, epoch: 0, sequence: 0, transactional: true }

/**
 * What a translator does to a record between the socket it came from and the one it goes to: fetched batches are decoded, payloads parsed, checked
 * and mapped, records, headers and receipts written, batches compressed and sealed. No broker, one core; the answer is the path's, and nobody else's.
 */
export class PurePath {
  readonly records: number
  readonly #payloads: readonly Buffer[]
  readonly #chunks: readonly Buffer[]
  readonly #unit = new Unit({ card: benchCard({ name: 'pure', topic: 'source.pure', partitions: 8 }), source, names: names(''), registry: { idOf: async () => 1 }, instance: 'bench', approvedAt: () => -Infinity, reread: async () => new Map() })

  constructor(chunks: number) {
    this.records = chunks * chunkRecords
    const orders = new Orders(1), all = Array.from({ length: this.records }, () => orders.next())
    this.#payloads = all.map(({ value }) => Buffer.from(value))
    this.#chunks = Array.from({ length: chunks }, (_, chunk) => Buffer.concat(Array.from({ length: chunkRecords / batchRecords }, (_, batch) => {
      const writer = new BatchWriter(), first = chunk * chunkRecords + batch * batchRecords
      for (let at = first; at < first + batchRecords; at++) writer.add(Buffer.from(all[at]!.key), this.#payloads[at]!, undefined, 1_760_000_000_000 + at)
      const bytes = writer.seal({ codec: 'none' })
      bytes.writeBigInt64BE(BigInt(first), 0)
      return bytes
    })))
  }

  /** CPU seconds of one round through all records. */
  async round(): Promise<number> {
    const before = process.cpuUsage()
    for (const [at, bytes] of this.#chunks.entries()) {
      const records: KafkaRecord[] = [], from = at * chunkRecords
      new RecordSet(bytes, from, []).take(records, { maxRecords: chunkRecords, maxBytes: Infinity })
      const { output, books } = await this.#unit.translate({ unit: 'pure', topic: 'source.pure', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partition: 0, from, next: from + chunkRecords, records }, { state: new LeaseState(), killed: false, alone: false })
      for (const { writer } of output.batches()) writer.seal({ stamp })
      for (const { outcome, reason } of books.counts()) if (outcome === 'rejected') throw new Error(`a record of the benchmark was refused: ${reason}`)
      output.release()
    }
    return since(before)
  }

  /** The fixed loop beside it: what V8's own parser takes for the same payloads. */
  reference(): number {
    const before = process.cpuUsage()
    let objects = 0
    for (const payload of this.#payloads) if (typeof JSON.parse(payload.toString()) === 'object') objects++
    if (objects !== this.records) throw new Error('a payload of the benchmark is no object')
    return since(before)
  }
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
