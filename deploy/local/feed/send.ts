import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from '../../../services/runtime/kafka/producer.ts'
import type { Feed, FeedRecord } from './feed.ts'

export interface Sending {
  feed: Feed
  producer: Pick<Producer, 'send'>
  /** The topic's name on the cluster: HUB_NAME may prefix it. */
  topic: (name: string) => string
  count: number
  /** Records a second; 0 is as fast as possible. */
  rate: number
  /** Ends the sending after the batch in hand. */
  signal?: AbortSignal
  each?: (record: FeedRecord) => void
  progress?: (sent: number) => void
}

const largest = 2_000
const beat = 20

/** Sends the feed's next records, each topic's in their order; how many were sent. While one batch is on its way the next is made. */
export async function sendFeed({ feed, producer, topic, count, rate, signal, each, progress }: Sending): Promise<number> {
  const began = Date.now()
  let made = 0, sent = 0, underway: Promise<void> = Promise.resolve()
  while (made < count && signal?.aborted !== true) {
    const due = rate === 0 ? count : Math.min(count, Math.floor((Date.now() - began) / 1000 * rate) + 1)
    const many = Math.min(largest, due - made)
    if (many === 0) { await sleep(Math.min(beat, 1000 / rate)); continue }
    const batch = new Map<string, { key: Buffer; value: Buffer | null; timestamp?: number }[]>()
    for (let i = 0; i < many; i++) {
      const record = feed.next(), name = topic(record.topic)
      // With a rate a record carries the time at which it was meant to go: a feed that falls behind must show as latency.
      const timed = rate === 0 ? { key: record.key, value: record.value } : { key: record.key, value: record.value, timestamp: began + Math.floor(made * 1000 / rate) }
      const list = batch.get(name)
      if (list === undefined) batch.set(name, [timed]); else list.push(timed)
      each?.(record)
      made++
    }
    await underway
    underway = Promise.all([...batch].map(([name, records]) => producer.send(name, records))).then(() => { sent += many; progress?.(sent) })
    // Its failure is met at the next await; until then it must not count as unhandled.
    underway.catch(() => {})
  }
  await underway
  return sent
}
