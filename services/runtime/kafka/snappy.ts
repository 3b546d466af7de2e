const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])

/** Snappy, plain or in the framing of the Java client. */
export function unsnap(bytes: Buffer): Buffer {
  if (bytes.length < 16 || !bytes.subarray(0, 8).equals(xerial)) return block(bytes)
  const parts: Buffer[] = []
  for (let at = 16; at + 4 <= bytes.length;) {
    const length = bytes.readInt32BE(at)
    parts.push(block(bytes.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(parts)
}

function block(bytes: Buffer): Buffer {
  let at = 0
  let size = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(at++)
    size |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  const out = Buffer.allocUnsafe(size >>> 0)
  let end = 0
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at++)
    if ((tag & 3) === 0) {
      let length = tag >>> 2
      if (length >= 60) {
        const width = length - 59
        length = bytes.readUIntLE(at, width)
        at += width
      }
      length++
      if (at + length > bytes.length) throw new RangeError('a snappy literal ends after its block')
      end += bytes.copy(out, end, at, at + length)
      at += length
      continue
    }
    let length: number
    let distance: number
    if ((tag & 3) === 1) {
      length = ((tag >>> 2) & 7) + 4
      distance = ((tag >>> 5) << 8) | bytes.readUInt8(at++)
    } else {
      const width = (tag & 3) === 2 ? 2 : 4
      length = (tag >>> 2) + 1
      distance = bytes.readUIntLE(at, width)
      at += width
    }
    end = repeat(out, end, distance, length)
  }
  if (end !== out.length) throw new RangeError('a snappy block is shorter than it says')
  return out
}

/** Copies what was written `distance` bytes ago; the copy may run into itself. */
export function repeat(out: Buffer, end: number, distance: number, length: number): number {
  const from = end - distance
  if (distance === 0 || from < 0 || end + length > out.length) throw new RangeError('a compressed batch refers outside of itself')
  if (distance >= length) out.copyWithin(end, from, from + length)
  else for (let i = 0; i < length; i++) out[end + i] = out[from + i] ?? 0
  return end + length
}
