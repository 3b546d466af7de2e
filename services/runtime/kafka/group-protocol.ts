import type { AssignedMember, Place } from './assigner.ts'
import { named, Reader, Writer } from './wire.ts'

// The standard layouts (ConsumerProtocolSubscription v2, ConsumerProtocolAssignment v0), so that Kafka's own tools can show the group.

export interface Subscription { readonly inputs: readonly (readonly string[])[]; readonly owned: readonly Place[]; readonly generation: number; readonly nonce: number }
/** What the leader knew when it assigned. A static member that returns is handed its old assignment unasked, and notices by this. */
export interface Seen { readonly topics: readonly string[]; readonly counts: Readonly<Record<string, number>> }

export const placeKey = ({ topic, partition }: Place) => `${topic}/${partition}`
export function without(places: readonly Place[], gone: readonly Place[]): Place[] {
  const keys = new Set(gone.map(placeKey))
  return places.filter((place) => !keys.has(placeKey(place)))
}

function writePlaces(writer: Writer, places: readonly Place[]): Writer {
  const byTopic = Map.groupBy(places, (place) => place.topic)
  return writer.list([...byTopic], ([topic, these]) => writer.string(topic).list(these, (place) => writer.int32(place.partition)))
}
function readPlaces(reader: Reader): Place[] {
  return reader.list(() => {
    const topic = named(reader.string())
    return reader.list(() => ({ topic, partition: reader.int32() }))
  }).flat()
}

export function encodeSubscription({ inputs, owned, generation, nonce }: Subscription): Buffer {
  const writer = new Writer(512).int16(2)
  writer.list(inputs.flat(), (topic) => writer.string(topic)).sized(Buffer.from(JSON.stringify({ nonce, inputs })))
  return writePlaces(writer, owned).int32(generation).done()
}

export function decodeSubscription(id: string, bytes: Buffer): AssignedMember {
  const reader = new Reader(bytes)
  const version = reader.int16()
  const topics = reader.list(() => named(reader.string()))
  const inputs = inputsIn(reader.sized()) ?? topics.map((topic) => [topic])
  const owned = version >= 1 ? readPlaces(reader) : []
  return { id, inputs, owned, generation: version >= 2 ? reader.int32() : -1 }
}
function inputsIn(userData: Buffer): string[][] | null {
  if (userData.length === 0) return null
  const data: unknown = JSON.parse(userData.toString())
  if (typeof data !== 'object' || data === null || !('inputs' in data) || !Array.isArray(data.inputs)) return null
  return data.inputs.map((input: unknown) => (Array.isArray(input) ? input.map(String) : [String(input)]))
}

export function encodeAssignment(places: readonly Place[], seen: Seen): Buffer {
  return writePlaces(new Writer(512).int16(0), places).sized(Buffer.from(JSON.stringify(seen))).done()
}
export function decodeAssignment(bytes: Buffer): { places: Place[]; seen: Seen | null } {
  if (bytes.length === 0) return { places: [], seen: null }
  const reader = new Reader(bytes)
  reader.int16()
  const places = readPlaces(reader)
  const userData = reader.sized()
  return { places, seen: userData.length === 0 ? null : seenIn(JSON.parse(userData.toString())) }
}
function seenIn(data: unknown): Seen | null {
  if (typeof data !== 'object' || data === null || !('topics' in data) || !Array.isArray(data.topics) || !('counts' in data)) return null
  const counts = typeof data.counts === 'object' && data.counts !== null ? Object.entries(data.counts) : []
  return { topics: data.topics.map(String), counts: Object.fromEntries(counts.map(([topic, count]) => [topic, Number(count)])) }
}
