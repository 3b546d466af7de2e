// For subscribers on kafkajs 2.2.4: import this before kafkajs. Free to copy; it needs nothing else of this project.
//
// With isolation level read_committed a broker also sends the records of aborted transactions, with a list of which those are; leaving
// them out is the client's work. kafkajs takes the list in the order it comes in, which is not that of the offsets, and takes a user's key
// of four zero bytes for the end of a transaction: either way records that were never committed reach the application.
import { createRequire } from 'node:module'

interface Message { offset: string; key: Buffer | null; isControlRecord: boolean; batchContext: { producerId: string; inTransaction: boolean } }
interface Fetched { messages: Message[]; abortedTransactions?: { producerId: string; firstOffset: string }[] }

const require = createRequire(import.meta.url)
if (require.cache[require.resolve('kafkajs/src/consumer/batch')]) throw new Error('read-committed has to be imported before kafkajs, else it changes nothing')
const filter = require.resolve('kafkajs/src/consumer/filterAbortedMessages')
require(filter)
require.cache[filter]!.exports = committed

function committed({ messages, abortedTransactions = [] }: Fetched): Message[] {
  const aborted = abortedTransactions.map((it) => ({ producer: String(it.producerId), from: BigInt(it.firstOffset) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1))
  const open = new Set<string>()
  return messages.filter((message) => {
    const producer = String(message.batchContext.producerId)
    while (aborted[0] !== undefined && aborted[0].from <= BigInt(message.offset)) open.add(aborted.shift()!.producer)
    if (!message.isControlRecord) return !(message.batchContext.inTransaction && open.has(producer))
    // A control record's key is version and type; type 0 ends a transaction by an abort.
    if (message.key?.readInt16BE(2) === 0) open.delete(producer)
    return true
  })
}
