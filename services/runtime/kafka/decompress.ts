import zlib from 'node:zlib'
import { codes, KafkaError } from './errors.ts'
import { unlz4 } from './lz4.ts'
import { unsnap } from './snappy.ts'

const decompressors: Readonly<Record<number, (bytes: Buffer) => Buffer>> = {
  1: (bytes) => zlib.gunzipSync(bytes), 2: unsnap, 3: unlz4, 4: (bytes) => zlib.zstdDecompressSync(bytes),
}

/** The records of a compressed batch: every codec that Kafka has, for a source's producers choose theirs. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  const decompressor = decompressors[codec]
  if (decompressor === undefined) throw new KafkaError(codes.UNSUPPORTED_COMPRESSION_TYPE, 'Fetch', `codec ${codec}`)
  return decompressor(bytes)
}
