import zlib from 'node:zlib'
import { codes, KafkaError } from './errors.ts'

/** The records of a compressed batch. */
export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 1) return zlib.gunzipSync(bytes)
  if (codec === 4) return zlib.zstdDecompressSync(bytes)
  throw new KafkaError(codes.UNSUPPORTED_COMPRESSION_TYPE, 'Fetch', `codec ${codec}`)
}
