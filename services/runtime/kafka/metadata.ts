import type { Request } from './link.ts'
import { named, type Reader, Writer } from './wire.ts'

/** A topic as the brokers know it now. A re-created topic has another id. */
export interface Topic { readonly id: string; readonly leaders: readonly number[] }

export interface Metadata {
  readonly controller: number
  readonly brokers: ReadonlyMap<number, { readonly host: string; readonly port: number }>
  readonly topics: ReadonlyMap<string, Topic>
  /** Topics that were asked for and cannot be used: error codes by name. */
  readonly unusable: ReadonlyMap<string, number>
}

/** Metadata v10: the first version with topic ids; a missing topic does not fail the others. `null` asks for all topics. */
export function metadataRequest(topics: readonly string[] | null): Request {
  const body = new Writer(512)
  body.compactList(topics, (topic) => body.int64(0).int64(0).compactString(topic).tags())
  return { api: 'Metadata', key: 3, version: 10, flexible: true, body: [body.int8(0).int8(0).int8(0).tags().done()] }
}

export function readMetadata(answer: Reader): Metadata {
  answer.int32()
  const brokers = new Map(answer.compactList(() => {
    const id = answer.int32()
    const place = { host: named(answer.compactString()), port: answer.int32() }
    answer.compactString()
    answer.tags()
    return [id, place] as const
  }))
  answer.compactString()
  const controller = answer.int32()
  const topics = new Map<string, Topic>()
  const unusable = new Map<string, number>()
  answer.compactList(() => {
    const code = answer.int16()
    const name = named(answer.compactString())
    const id = answer.take(16).toString('base64url')
    answer.int8()
    const leaders = new Array<number>()
    answer.compactList(() => {
      const partitionCode = answer.int16()
      const partition = answer.int32()
      const leader = answer.int32()
      answer.int32()
      for (let list = 0; list < 3; list++) answer.compactList(() => answer.int32())
      answer.tags()
      leaders[partition] = partitionCode === 5 ? -1 : leader
    })
    answer.int32()
    answer.tags()
    if (code === 0) topics.set(name, { id, leaders })
    else unusable.set(name, code)
  })
  return { controller, brokers, topics, unusable }
}
