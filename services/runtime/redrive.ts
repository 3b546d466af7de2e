import { Type } from 'typebox'
import { orderHeader } from './order-header.ts'
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

const order = orderHeader('hub_redrive', Type.Object({
  rejection: Type.String(), topic: Type.String(), topicId: Type.String(), partition: Type.Integer({ minimum: 0 }), offset: Type.Integer({ minimum: 0 }),
  attempt: Type.Integer({ minimum: 1 }), ask: Type.Enum(['redrive', 'discard']),
}))

/** The headers of a rejected record on its way back. */
export const asRedriven = (it: Redriven, original: readonly Header[]): Header[] => order.put(it, original)
/** Null: the record says nothing that could be acted upon. */
export const redrivenOf = (record: KafkaRecord): Redriven | null => order.of(record)
/** The record as it first came. */
export const asItLay = (record: KafkaRecord, { offset }: Redriven): KafkaRecord => order.asItLay(record, offset)
