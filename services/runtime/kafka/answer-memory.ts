/**
 * Memory for large answers, used again and again. Made anew for each fetch it is older than V8's young generation by the time its records
 * are through, so that only a collection of the whole heap frees it: three of them a second under load.
 */
const [worthKeeping, roomBytes, mostKept] = [256 << 10, 1152 << 10, 6]
const kept: ArrayBufferLike[] = []

export function memoryFor(size: number): Buffer {
  if (size < worthKeeping || size > roomBytes) return Buffer.allocUnsafe(size)
  return Buffer.from(kept.pop() ?? new ArrayBuffer(roomBytes), 0, size)
}

/** An answer whose memory goes back when everybody who keeps a part of it has let it go. Who never lets go leaves it to the collector. */
export class LentAnswer {
  readonly #memory: ArrayBufferLike
  #parts = 0
  constructor(answer: Buffer) { this.#memory = answer.buffer }

  /** To be called once, when nothing looks at the part any more: whoever still does sees zeros, and never another record. */
  keep(): () => void {
    this.#parts++
    return () => {
      if (--this.#parts > 0 || this.#memory.byteLength !== roomBytes || kept.length >= mostKept) return
      Buffer.from(this.#memory).fill(0)
      kept.push(this.#memory)
    }
  }
}
