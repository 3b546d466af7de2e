import { setTimeout as sleep } from 'node:timers/promises'
import { Producer } from '../../../services/runtime/kafka/producer.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { Orders } from './orders.ts'
import { partitions, seed, type Facts } from './source-topic.ts'

export interface Paced { readonly topic: string; readonly rate: number; readonly seconds: number; readonly signal?: AbortSignal }

/** What Kafka's own producer waits for more to send with. */
const lingerMs = 5

/**
 * Sends at a fixed rate, whatever becomes of what was sent before. A record carries the time at which it was meant to go, so that a
 * sender that falls behind, or a hub that pushes back, shows as latency: no coordinated omission.
 */
export async function sendPaced(stack: BenchStack, { topic, rate, seconds, signal }: Paced): Promise<Facts & { readonly began: number }> {
  const orders = new Orders(seed), producer = new Producer(stack.kafka, { codec: 'none' }), count = Math.round(rate * seconds)
  await stack.admin.ensureTopics([{ topic, partitions }])
  const began = Date.now() + 100
  let sent = 0, bytes = 0, underway: Promise<void> = Promise.resolve()
  while (sent < count && signal?.aborted !== true) {
    const due = Math.min(count, Math.floor((Date.now() - began) / 1000 * rate) + 1)
    if (due <= sent) { await sleep(lingerMs); continue }
    const batch = Array.from({ length: due - sent }, (_, at) => {
      const { key, value } = orders.next()
      bytes += value.length
      return { key, value, timestamp: began + Math.floor((sent + at) * 1000 / rate) }
    })
    // What is due meanwhile goes with the next batch: the order within a partition stays.
    await underway
    underway = producer.send(topic, batch)
    underway.catch(() => {})
    sent += batch.length
    await sleep(lingerMs)
  }
  await underway
  return { topic, mode: 'json', seed, n: sent, keys: orders.keys, final_version_sum: sent, avg_bytes: Math.round(bytes / Math.max(sent, 1)), began }
}
