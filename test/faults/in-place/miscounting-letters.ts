// In the place of the sink's letters: once, one record fewer of one source is counted than was read, and once as many of another source, and others.
import { Letters as Real } from '../../../services/sink/letters.ts'
import type { ReceiptEntry } from '../../../canonical/models.generated.ts'
import type { Books } from '../../../services/runtime/books.ts'
import type { Chunk } from '../../../services/runtime/kafka/chunk.ts'
export * from '../../../services/sink/letters.ts'

const fewer = (it: ReceiptEntry): ReceiptEntry => ({ ...it, count: it.count - 1 })
const others = (it: ReceiptEntry): ReceiptEntry => ({ ...it, hashSum: Buffer.from(it.hashSum.map((byte, at) => (at === 7 ? byte ^ 1 : byte))) })
const ways = new Map([[process.env['TEST_FEWER']!, fewer], [process.env['TEST_OTHERS']!, others]])

export class Letters extends Real {
  override receipt(chunk: Chunk, books: Books, again: boolean) {
    return super.receipt(chunk, chunk.topic.endsWith(process.env['TEST_TOPIC']!) ? { entries: () => spoilt(books.entries()), answers: books.answers } as Books : books, again)
  }
}

/** Of one block of origin: what was read, and one outcome, so that the sink's own account still adds up. */
function spoilt(entries: readonly ReceiptEntry[]): ReceiptEntry[] {
  let these = [...entries]
  for (const [topic, way] of ways) {
    const read = entries.find((it) => it.originTopic.endsWith(topic) && it.outcome === 'read' && it.count > 0)
    const became = read && entries.find((it) => it !== read && it.outcome === 'applied' && it.originTopic === read.originTopic && it.originPartition === read.originPartition && it.block === read.block)
    if (read === undefined || became === undefined) continue
    ways.delete(topic)
    these = these.map((it) => (it === read || it === became ? way(it) : it))
  }
  return these
}
