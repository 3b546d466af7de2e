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

/** RFC 3339 to the microsecond. */
export function isoOf(micros: number): string {
  const rest = ((micros % 1000) + 1000) % 1000
  const iso = new Date((micros - rest) / 1000).toISOString()
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

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
