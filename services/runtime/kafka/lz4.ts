import { repeat } from './snappy.ts'

const magic = 0x184d2204
const largest = [0, 0, 0, 0, 64 << 10, 256 << 10, 1 << 20, 4 << 20]

/** LZ4 in its frame format, as Kafka uses it: independent blocks, without checking the checksums (the batch has one of its own). */
export function unlz4(bytes: Buffer): Buffer {
  if (bytes.readUInt32LE(0) !== magic) throw new RangeError('an lz4 batch does not begin like one')
  const flags = bytes.readUInt8(4)
  const blockSize = largest[(bytes.readUInt8(5) >>> 4) & 7]
  if (!blockSize || (flags & 0x20) === 0) throw new RangeError('an lz4 batch with dependent blocks')
  let at = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0)
  const parts: Buffer[] = []
  for (;;) {
    const size = bytes.readUInt32LE(at)
    at += 4
    if (size === 0) return Buffer.concat(parts)
    const length = size & 0x7fff_ffff
    const content = bytes.subarray(at, at + length)
    parts.push(size >= 0x8000_0000 ? content : block(content, blockSize))
    at += length + ((flags & 0x10) !== 0 ? 4 : 0)
  }
}

function block(bytes: Buffer, most: number): Buffer {
  const out = Buffer.allocUnsafe(most)
  let at = 0
  let end = 0
  const long = (length: number): number => {
    for (let total = length; ;) {
      const byte = bytes.readUInt8(at++)
      total += byte
      if (byte !== 255) return total
    }
  }
  for (;;) {
    const token = bytes.readUInt8(at++)
    const literals = token >>> 4 === 15 ? long(15) : token >>> 4
    if (at + literals > bytes.length || end + literals > most) throw new RangeError('an lz4 literal ends after its block')
    end += bytes.copy(out, end, at, at + literals)
    at += literals
    if (at >= bytes.length) return Buffer.from(out.subarray(0, end))
    const distance = bytes.readUInt16LE(at)
    at += 2
    const length = ((token & 15) === 15 ? long(15) : token & 15) + 4
    end = repeat(out, end, distance, length)
  }
}
