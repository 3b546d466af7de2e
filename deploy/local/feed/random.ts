/** Chance that repeats: the same seed gives the same sequence on every machine. */
export interface Random {
  /** A whole number from 0 up to, not including, `n` (at most 2^32). */
  below(n: number): number
  /** True in this share of cases. */
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
}

/** The 32-bit generator sfc32, seeded from a text. */
export function makeRandom(seed: string): Random {
  let a = hash(seed, 0x9e3779b9), b = hash(seed, 0x243f6a88), c = hash(seed, 0xb7e15162), count = 1
  for (let i = 0; i < 15; i++) next()
  return { below, chance: (share) => share > 0 && next() < share * 4_294_967_296, pick }

  function next(): number {
    const t = (((a + b) | 0) + count) | 0
    count = (count + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + t | 0
    return t >>> 0
  }
  function below(n: number): number { return Math.floor(next() / 4_294_967_296 * n) }
  function pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('nothing to pick from')
    return list[below(list.length)] as T
  }
}

/** FNV-1a over the UTF-16 units. */
function hash(text: string, start: number): number {
  let h = start
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h | 0
}
