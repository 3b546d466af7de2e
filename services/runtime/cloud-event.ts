// CloudEvents 1.0, Kafka binding, binary mode: the headers of every canonical record, rendered straight into Kafka's header block.
// What does not change for a source and a model is rendered once.

const slab = 16 << 10, none = Buffer.alloc(0)

export interface EventHeaders {
  readonly id: string
  /** Microseconds, UTC. */
  readonly time: number
  readonly traceparent: string | null
  /** A delete has no value: its version, revision and origin travel here. */
  readonly deleted?: { version: number; revision: number; origin: { topic: string; partition: number; offset: number } }
}

export function cloudEvents(source: string, model: string): (event: EventHeaders) => Buffer {
  const before = Buffer.concat([text('ce_specversion'), text('1.0'), text('ce_source'), text(`/tributary/${source}`), text('ce_type'), text(model), text('ce_id')]), between = text('ce_time')
  // Filled from front to end and then left to whoever has a view: what was handed out stays as it is.
  let into = none, at = 0
  return ({ id, time, traceparent, deleted }) => {
    const most = before.length + 512 + 3 * (id.length + (traceparent?.length ?? 0) + (deleted?.origin.topic.length ?? 0))
    if (at + most > into.length) { into = Buffer.allocUnsafeSlow(Math.max(slab, most)); at = 0 }
    const from = at
    into[at] = (5 + (traceparent === null ? 0 : 1) + (deleted ? 3 : 0)) << 1
    into.set(before, at + 1)
    at = put(into, at + 1 + before.length, id)
    into.set(between, at)
    at = putTime(into, at + between.length, time)
    if (traceparent !== null) at = put(into, put(into, at, 'traceparent'), traceparent)
    if (deleted) {
      at = put(into, put(into, at, 'hub_version'), String(deleted.version))
      at = put(into, put(into, at, 'hub_revision'), String(deleted.revision))
      at = put(into, put(into, at, 'hub_origin'), `${deleted.origin.topic}/${deleted.origin.partition}/${deleted.origin.offset}`)
    }
    return into.subarray(from, at)
  }
}

/** RFC 3339 to the microsecond. */
export const isoOf = (micros: number): string => scratch.toString('latin1', 1, putTime(scratch, 0, micros))
const scratch = Buffer.alloc(64)

/** A time with its length. Records of one chunk are mostly of one day: its date is made once. */
function putTime(into: Buffer, at: number, micros: number): number {
  const day = Math.floor(micros / dayMicros)
  if (day !== lastDay) { lastDay = day; lastDate = Buffer.from(new Date(day * 86_400_000).toISOString().slice(0, 11)) }
  const rest = micros - day * dayMicros, seconds = Math.floor(rest / 1_000_000), fraction = rest - seconds * 1_000_000
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), millis = Math.floor(fraction / 1000), below = fraction - millis * 1000
  into[at++] = (lastDate.length + (below === 0 ? 13 : 16)) << 1
  for (let i = 0; i < lastDate.length; i++) into[at++] = lastDate[i]!
  at = digits(into, at, hours, 2, 0x3a)
  at = digits(into, at, minutes - hours * 60, 2, 0x3a)
  at = digits(into, at, seconds - minutes * 60, 2, 0x2e)
  return below === 0 ? digits(into, at, millis, 3, 0x5a) : digits(into, at, fraction, 6, 0x5a)
}
const dayMicros = 86_400_000_000
let lastDay = NaN, lastDate = none

/** So many digits of a number, and the character behind them. */
function digits(into: Buffer, at: number, number: number, width: number, then: number): number {
  for (let i = at + width - 1, left = number; i >= at; i--) { const next = Math.floor(left / 10); into[i] = 0x30 + left - next * 10; left = next }
  into[at + width] = then
  return at + width + 1
}

function text(value: string): Buffer {
  const into = Buffer.allocUnsafe(8 + 3 * value.length)
  return into.subarray(0, put(into, 0, value))
}

/** A text with Kafka's zig-zag varint of its length, which is mostly known before it is written. */
function put(into: Buffer, at: number, value: string): number {
  const short = value.length <= 63, from = at + (short ? 1 : 2), bytes = into.write(value, from)
  if (short && bytes <= 63) { into[at] = bytes << 1; return from + bytes }
  if (!short && bytes <= 8191) { into[at] = ((bytes << 1) & 0x7f) | 0x80; into[at + 1] = bytes >> 6; return from + bytes }
  for (let left = bytes << 1; ; left >>>= 7) {
    into[at++] = left < 0x80 ? left : (left & 0x7f) | 0x80
    if (left < 0x80) return at + into.write(value, at)
  }
}
