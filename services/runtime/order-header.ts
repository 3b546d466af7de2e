import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Header, KafkaRecord } from './kafka/chunk.ts'

/** An order that travels as the last header of its name, behind everything that the record itself brings. */
export function orderHeader<T extends TSchema>(name: string, schema: T) {
  const checked = Compile(schema), is = (it: Header) => it.name === name
  return {
    put: (order: Static<T>, original: readonly Header[]): Header[] => [...original, { name, value: Buffer.from(JSON.stringify(order)) }],
    /** Null: the record says nothing that could be acted upon. */
    of(record: KafkaRecord): Static<T> | null {
      const text = record.headers.findLast(is)?.value?.toString()
      if (text === undefined) return null
      let said: unknown
      try { said = JSON.parse(text) } catch { return null }
      return checked.Check(said) ? said as Static<T> : null
    },
    /** The record as it first came: its own offset, time, bytes and headers. */
    asItLay(record: KafkaRecord, offset: number): KafkaRecord {
      const last = record.headers.findLastIndex(is)
      return { offset, timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers.filter((_, at) => at !== last) }
    },
  }
}
