import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Header, KafkaRecord } from './kafka/chunk.ts'

/** An order that travels as the last header of a record, behind everything that the record itself brings: what a source has put there itself orders nothing. */
export function orderHeader<T extends TSchema>(name: string, schema: T) {
  const checked = Compile(schema)
  return {
    put: (order: Static<T>, original: readonly Header[]): Header[] => [...original, { name, value: Buffer.from(JSON.stringify(order)) }],
    /** Null: the record says nothing that could be acted upon. */
    of(record: KafkaRecord): Static<T> | null {
      const last = record.headers.at(-1), text = last?.name === name ? last.value?.toString() : undefined
      if (text === undefined) return null
      let said: unknown
      try { said = JSON.parse(text) } catch { return null }
      return checked.Check(said) ? said as Static<T> : null
    },
    /** The record as it first came: its own offset, time, bytes and headers. */
    asItLay: ({ timestamp, key, value, headers }: KafkaRecord, offset: number): KafkaRecord => ({ offset, timestamp, key, value, headers: headers.slice(0, -1) }),
  }
}
