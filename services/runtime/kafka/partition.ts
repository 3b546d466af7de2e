const multiplier = 0x5bd1e995

/** Kafka's murmur2, the hash of the Java client's partitioner, on bytes. */
export function murmur2(bytes: Buffer): number {
  const length = bytes.length
  let hash = 0x9747b28c ^ length
  let at = 0
  for (const end = length & ~3; at < end; at += 4) {
    let word = bytes.readInt32LE(at)
    word = Math.imul(word, multiplier)
    word ^= word >>> 24
    word = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  const left = length & 3
  if (left === 3) hash ^= bytes.readUInt8(at + 2) << 16
  if (left >= 2) hash ^= bytes.readUInt8(at + 1) << 8
  if (left >= 1) hash = Math.imul(hash ^ bytes.readUInt8(at), multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

/** Where the Java client puts this key. */
export const partitionOf = (key: Buffer, partitions: number) => (murmur2(key) & 0x7fffffff) % partitions
