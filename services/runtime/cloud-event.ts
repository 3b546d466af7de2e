// CloudEvents 1.0, Kafka binding, binary mode: the headers of every canonical record, rendered straight into Kafka's header block.
// What does not change for a source and a model is rendered once.

export interface EventHeaders {
  readonly id: string
  /** Microseconds, UTC. */
  readonly time: number
  readonly traceparent: string | null
  /** A delete has no value: its version, revision and origin travel here. */
  readonly deleted?: { version: number; revision: number; origin: { topic: string; partition: number; offset: number } }
}

export function cloudEvents(source: string, model: string): (event: EventHeaders) => Buffer {
  const constant = Buffer.concat([header('ce_specversion', '1.0'), header('ce_source', `/tributary/${source}`), header('ce_type', model)])
  let arena = Buffer.allocUnsafe(4096)
  return ({ id, time, traceparent, deleted }) => {
    const most = constant.length + 512 + 3 * (id.length + (traceparent?.length ?? 0) + (deleted?.origin.topic.length ?? 0))
    if (most > arena.length) arena = Buffer.allocUnsafe(most)
    const count = 5 + (traceparent === null ? 0 : 1) + (deleted ? 3 : 0)
    arena[0] = count << 1
    let at = 1 + constant.copy(arena, 1)
    at = put(arena, at, 'ce_id', id)
    at = put(arena, at, 'ce_time', isoOf(time))
    if (traceparent !== null) at = put(arena, at, 'traceparent', traceparent)
    if (deleted) {
      at = put(arena, at, 'hub_version', String(deleted.version))
      at = put(arena, at, 'hub_revision', String(deleted.revision))
      at = put(arena, at, 'hub_origin', `${deleted.origin.topic}/${deleted.origin.partition}/${deleted.origin.offset}`)
    }
    return Buffer.from(arena.subarray(0, at))
  }
}

/** RFC 3339 to the microsecond. Records of one chunk are mostly of one day: its date is made once. */
export function isoOf(micros: number): string {
  const day = Math.floor(micros / dayMicros)
  if (day !== lastDay) { lastDay = day; lastDate = new Date(day * 86_400_000).toISOString().slice(0, 11) }
  const rest = micros - day * dayMicros, seconds = Math.floor(rest / 1_000_000), fraction = rest - seconds * 1_000_000
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60), millis = Math.floor(fraction / 1000), below = fraction - millis * 1000
  return `${lastDate}${two[hours]}:${two[minutes - hours * 60]}:${two[seconds - minutes * 60]}.${three[millis]}${below === 0 ? '' : three[below]}Z`
}
const dayMicros = 86_400_000_000
let lastDay = NaN, lastDate = ''
const digits = (width: number) => Array.from({ length: 10 ** width }, (_, i) => String(i).padStart(width, '0'))
const two = digits(2), three = digits(3)

function header(name: string, value: string): Buffer {
  const into = Buffer.allocUnsafe(20 + name.length + Buffer.byteLength(value))
  return into.subarray(0, put(into, 0, name, value))
}

function put(into: Buffer, at: number, name: string, value: string): number {
  at = varint(into, at, name.length)
  at += into.write(name, at, 'latin1')
  const bytes = Buffer.byteLength(value)
  at = varint(into, at, bytes)
  return at + into.write(value, at, bytes, 'utf8')
}

/** Kafka's zig-zag varint of a length. */
function varint(into: Buffer, at: number, length: number): number {
  let left = length << 1
  while (left >= 0x80) { into[at++] = (left & 0x7f) | 0x80; left >>>= 7 }
  into[at++] = left
  return at
}
