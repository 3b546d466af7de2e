/** Entities by number, in the order they came: their bytes lie one after the other, and a table of places finds them. */
export class KeyTable {
  #bytes = Buffer.allocUnsafeSlow(1 << 16)
  #ends = new Float64Array(1 << 10)
  /** Number + 1 of the entity whose hash leads here, or to the places before. */
  #places = new Int32Array(1 << 11)
  size = 0

  /** The number of an entity; the next one where it is not known yet. */
  of(entity: string): number {
    const from = this.#end(this.size), to = this.#write(entity, from), place = this.#placeOf(from, to)
    const known = this.#places[place]!
    if (known !== 0) return known - 1
    if (this.size + 1 === this.#ends.length) this.#ends = larger(this.#ends, new Float64Array(2 * this.#ends.length))
    this.#ends[this.size] = to
    this.#places[place] = ++this.size
    if (2 * this.size > this.#places.length) this.#spread()
    return this.size - 1
  }

  find(entity: string): number | null {
    const from = this.#end(this.size), known = this.#places[this.#placeOf(from, this.#write(entity, from))]!
    return known === 0 ? null : known - 1
  }

  name(at: number): string { return this.#bytes.toString('utf8', this.#end(at), this.#ends[at]) }

  /** Keys that cut all of them into ranges of about `size`, sorted by their bytes. */
  bounds(size: number): string[] {
    const wanted = Math.floor(this.size / size), sample = Math.min(this.size, wanted * 16)
    if (wanted === 0) return []
    const some = Array.from({ length: sample }, (_, n) => this.#slice(Math.floor(n * this.size / sample))).sort(Buffer.compare)
    return Array.from({ length: wanted }, (_, n) => some[Math.floor((n + 0.5) * sample / wanted)]!.toString('utf8'))
  }

  /** Which range each of them is in: that of the last bound that it is not before. */
  ranges(bounds: readonly string[], from: number, to: number, each: (at: number, range: number) => void): void {
    const sorted = bounds.map((it) => Buffer.from(it))
    for (let at = from; at < to; at++) {
      const start = this.#end(at), end = this.#ends[at]!
      let low = 0, high = sorted.length
      while (low < high) { const middle = (low + high) >> 1; if (this.#bytes.compare(sorted[middle]!, 0, sorted[middle]!.length, start, end) >= 0) low = middle + 1; else high = middle }
      each(at, low)
    }
  }

  #end(at: number): number { return at === 0 ? 0 : this.#ends[at - 1]! }
  #slice(at: number): Buffer { return this.#bytes.subarray(this.#end(at), this.#ends[at]) }
  #write(entity: string, from: number): number {
    if (from + 3 * entity.length > this.#bytes.length) this.#bytes = larger(this.#bytes, Buffer.allocUnsafeSlow(Math.ceil(1.5 * this.#bytes.length) + 3 * entity.length))
    return from + this.#bytes.write(entity, from)
  }

  /** FNV-1a: a call into another language would cost more than so few bytes. */
  #hash(from: number, to: number): number {
    let hash = 0x811c9dc5
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ this.#bytes[at]!, 0x01000193)
    return hash ^ (hash >>> 15)
  }

  #placeOf(from: number, to: number): number {
    const mask = this.#places.length - 1
    for (let place = this.#hash(from, to) & mask; ; place = (place + 1) & mask) {
      const known = this.#places[place]!
      if (known === 0 || (this.#ends[known - 1]! - this.#end(known - 1) === to - from && this.#bytes.compare(this.#bytes, from, to, this.#end(known - 1), this.#ends[known - 1]) === 0)) return place
    }
  }

  #spread(): void {
    this.#places = new Int32Array(2 * this.#places.length)
    for (let at = 0; at < this.size; at++) this.#places[this.#placeOf(this.#end(at), this.#ends[at]!)] = at + 1
  }
}
const larger = <T extends { set(from: T): void }>(from: T, to: T): T => { to.set(from); return to }
