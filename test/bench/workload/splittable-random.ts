const gammaHigh = 0x9e3779b9, gammaLow = 0x7f4a7c15

/** java.util.SplittableRandom: the same seed gives the same numbers as in the rivals' generator. */
export class SplittableRandom {
  #high: number
  #low: number
  constructor(seed: number) {
    this.#high = Math.floor(seed / 2 ** 32) >>> 0
    this.#low = seed >>> 0
  }

  /** A whole number from 0 up to, but without, the bound. */
  below(bound: number): number {
    const last = bound - 1
    let drawn = this.#int32()
    if ((bound & last) === 0) return drawn & last
    for (let positive = drawn >>> 1; ; positive = this.#int32() >>> 1) {
      drawn = positive % bound
      if (positive + last - drawn <= 0x7fffffff) return drawn
    }
  }

  #int32(): number {
    const low = this.#low + gammaLow
    this.#high = (this.#high + gammaHigh + (low > 0xffffffff ? 1 : 0)) >>> 0
    this.#low = low >>> 0
    // (z ^ z >>> 33) * 0x62a9d9ed799705f5
    const z = (this.#low ^ (this.#high >>> 1)) >>> 0
    const high = (highOf(z, 0x799705f5) + Math.imul(z, 0x62a9d9ed) + Math.imul(this.#high, 0x799705f5)) >>> 0
    const first = Math.imul(z, 0x799705f5) >>> 0
    // The upper half of (z ^ z >>> 28) * 0xcb24d0a5c88c35b3
    const y = (first ^ ((high << 4) | (first >>> 28))) >>> 0, yHigh = (high ^ (high >>> 28)) >>> 0
    return (highOf(y, 0xc88c35b3) + Math.imul(y, 0xcb24d0a5) + Math.imul(yHigh, 0xc88c35b3)) | 0
  }
}

/** The upper 32 bits of the product of two unsigned 32-bit numbers. */
function highOf(a: number, b: number): number {
  const aLow = a & 0xffff, aHigh = a >>> 16, bLow = b & 0xffff, bHigh = b >>> 16
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const other = aLow * bHigh + (middle & 0xffff)
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16)
}
