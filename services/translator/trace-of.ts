import type { KafkaRecord } from '../runtime/kafka/chunk.ts'

/** The trace that the record came with goes on with what it becomes. */
export function traceOf(record: KafkaRecord): string | null {
  const found = record.headers.find(({ name }) => name === 'traceparent')?.value?.toString()
  return found !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(found) ? found : null
}
