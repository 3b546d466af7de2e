const bits = 2 ** 20
const slices = 6

/**
 * About how many different keys were there within the last so many milliseconds, in memory that does not grow: each key sets a bit of the slice of time
 * it is in. Two keys in a thousand may share a bit, which is put right on average (linear counting): it is off by one at a thousand, by one in a thousand at a million.
 */
export class DistinctLately {
  readonly #sliceMs: number
  /** One more than fit into the time: the oldest is on its way out. */
  readonly #slices = Array.from({ length: slices + 1 }, () => ({ number: -Infinity, set: new Uint32Array(bits / 32) }))
  constructor(ms: number) { this.#sliceMs = ms / slices }

  add(key: string): void {
    const number = this.#now(), slice = this.#slices[number % this.#slices.length]!, bit = hash(key) % bits
    if (slice.number !== number) {
      slice.number = number
      slice.set.fill(0)
    }
    slice.set[bit >>> 5]! |= 1 << (bit & 31)
  }

  count(): number {
    const oldest = this.#now() - slices, live = this.#slices.filter(({ number }) => number >= oldest)
    let set = 0
    for (let word = 0; word < bits / 32; word++) {
      let any = 0
      for (const slice of live) any |= slice.set[word]!
      if (any !== 0) set += ones(any)
    }
    return Math.round(-bits * Math.log1p(-Math.min(set, bits - 1) / bits))
  }

  #now(): number { return Math.floor(performance.now() / this.#sliceMs) }
}

function ones(word: number): number {
  let it = word - ((word >>> 1) & 0x55555555)
  it = (it & 0x33333333) + ((it >>> 2) & 0x33333333)
  return Math.imul((it + (it >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** FNV-1a with its bits stirred, without a call into native code for each record. */
function hash(key: string): number {
  let it = 0x811c9dc5
  for (let at = 0; at < key.length; at++) it = Math.imul(it ^ key.charCodeAt(at), 0x01000193)
  it = Math.imul(it ^ (it >>> 16), 0x85ebca6b)
  it = Math.imul(it ^ (it >>> 13), 0xc2b2ae35)
  return (it ^ (it >>> 16)) >>> 0
}
