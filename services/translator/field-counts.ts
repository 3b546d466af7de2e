// Names beyond this are counted as one: a payload with keys that are data would fill the memory.
const most = 500
const rest = '(more names)'
// Invariant 13: where keys are data, their names are a person's address as likely as anything.
const telling = /^[\w$.\-[\]]{1,100}$/
const hidden = '(a name that may be data)'

/** Payload fields that no contract knows: counted, and named once. */
export class FieldCounts {
  readonly #seen = new Set<string>()
  #counts = new Map<string, { count: number; first: boolean }>()

  count(fields: readonly string[]): void {
    for (const found of fields) {
      const field = telling.test(found) ? found : hidden
      const name = this.#seen.has(field) || this.#seen.size < most ? field : rest
      const counted = this.#counts.get(name)
      if (counted) counted.count++
      else this.#counts.set(name, { count: 1, first: !this.#seen.has(name) })
      this.#seen.add(name)
    }
  }

  /** What was counted since the last time. */
  take(): Iterable<[string, { count: number; first: boolean }]> {
    const counts = this.#counts
    this.#counts = new Map()
    return counts
  }
}
