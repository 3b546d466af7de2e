// Names beyond this are counted as one: a payload with keys that are data would fill the memory.
const most = 500
const rest = '(more names)'
// Invariant 13: where keys are data, their names are a person's address as likely as anything.
const telling = /^[\w$.\-[\]]{1,100}$/
const hidden = '(a name that may be data)'

interface Counted { count: number; first: boolean }

/** Payload fields that no contract knows: counted, and named once. */
export class FieldCounts {
  readonly #seen = new Set<string>()
  #counts = new Map<string, Counted>()
  /** The same by the names that payloads have: a record pays for one look-up a field. */
  #byField = new Map<string, Counted>()

  count(fields: readonly string[]): void {
    for (const field of fields) {
      const counted = this.#byField.get(field) ?? this.#begin(field)
      counted.count++
    }
  }

  #begin(found: string): Counted {
    const field = telling.test(found) ? found : hidden
    const name = this.#seen.has(field) || this.#seen.size < most ? field : rest
    const counted = this.#counts.get(name) ?? { count: 0, first: !this.#seen.has(name) }
    this.#seen.add(name)
    this.#counts.set(name, counted)
    if (this.#byField.size < most) this.#byField.set(found, counted)
    return counted
  }

  /** What was counted since the last time. */
  take(): Iterable<[string, Counted]> {
    const counts = this.#counts
    this.#counts = new Map()
    this.#byField = new Map()
    return counts
  }
}
