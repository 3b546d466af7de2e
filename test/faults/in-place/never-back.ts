import type { Receipt } from '../../../canonical/models.generated.ts'
import type { Decoded } from '../../../services/reconciler/books/decode.ts'
import type { Looking, Part } from '../../../services/reconciler/books/went-back.ts'
import type { Chunk } from '../../../services/runtime/kafka/chunk.ts'

/** In the place of books/went-back: a target never goes back, whatever its receipts say. */
export async function partsOf(_: Looking, _chunk: Chunk, receipts: readonly Decoded<Receipt>[]): Promise<Part[]> {
  return [{ back: null, receipts: receipts.map(({ it }) => it) }]
}
