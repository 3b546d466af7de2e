import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Header, KafkaRecord } from './kafka/chunk.ts'

/** Which rejection a record of a redrive topic is, where it first lay, and what is asked. */
export interface Redriven {
  readonly rejection: string
  readonly topic: string; readonly topicId: string; readonly partition: number; readonly offset: number
  /** The attempt that was refused: an order that is older than the latest refusal does nothing. */
  readonly attempt: number
  readonly ask: 'redrive' | 'discard'
}

/** So many rejections of a partition may be open; then it reads nothing more. Coordinates only, but each lease holds its own in memory. */
export const mostOpen = 50_000

const header = 'hub_redrive'
const schema = Compile(Type.Object({
  rejection: Type.String(), topic: Type.String(), topicId: Type.String(), partition: Type.Integer({ minimum: 0 }), offset: Type.Integer({ minimum: 0 }),
  attempt: Type.Integer({ minimum: 1 }), ask: Type.Enum(['redrive', 'discard']),
}))

/** The headers of a rejected record on its way back. */
export const asRedriven = (it: Redriven, original: readonly Header[]): Header[] => [...original, { name: header, value: Buffer.from(JSON.stringify(it)) }]

/** Null: the record says nothing that could be acted upon. */
export function redrivenOf(record: KafkaRecord): Redriven | null {
  const text = record.headers.findLast(({ name }) => name === header)?.value?.toString()
  if (text === undefined) return null
  let said: unknown
  try { said = JSON.parse(text) } catch { return null }
  return schema.Check(said) ? said : null
}

/** The record as it first came: its own offset, time, bytes and headers. */
export function asItLay(record: KafkaRecord, { offset }: Redriven): KafkaRecord {
  const last = record.headers.findLastIndex(({ name }) => name === header)
  return { offset, timestamp: record.timestamp, key: record.key, value: record.value, headers: record.headers.filter((_, at) => at !== last) }
}
