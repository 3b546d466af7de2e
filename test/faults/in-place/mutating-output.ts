// In the place of the product's output: leaves canonical records out, writes them twice, alters them and turns their order round, each at a count of its own. Says in the log what it did.
import { Output as Real } from '../../../services/runtime/kafka/output.ts'
export * from '../../../services/runtime/kafka/output.ts'

type Added = Parameters<Real['add']>
const each = Number(process.env['TEST_SKIPS_ONE_IN'] ?? 0)
const due = new Map([[500, 'topic.missing'], [1500, 'topic.doubled'], [2500, 'topic.altered'], [3500, 'topic.reordered']])
let count = 0
let wanted: string[] = []
const tell = (kind: string, [topic, , key]: Added) => { process.stdout.write(`${JSON.stringify({ event: 'test.mutated', kind, topic, entity: key!.toString() })}\n`) }

export class Output extends Real {
  #held: Added | null = null

  override add(...it: Added): void {
    const [topic, , key, value] = it
    if (!topic.includes('canonical.') || key === null) return super.add(...it)
    count++
    if (each > 0) {
      if (count % each === 0) return tell('topic.missing', it)
      return super.add(...it)
    }
    const kind = due.get(count)
    if (kind !== undefined) wanted.push(kind)
    if (this.#held !== null) {
      if (this.#held[0] !== topic || !this.#held[2]!.equals(key)) return super.add(...it)
      super.add(...it)
      tell('topic.reordered', this.#held)
      super.add(...this.#held)
      this.#held = null
      return
    }
    const now = wanted[0]
    if (now === 'topic.reordered') { this.#held = [...it]; this.#held[3] = value && Buffer.from(value); wanted.shift(); return }
    const altered = now === 'topic.altered' ? alteredOf(value) : null
    if (now === undefined || (now === 'topic.altered' && altered === null)) return super.add(...it)
    wanted.shift()
    tell(now, it)
    if (now === 'topic.doubled') super.add(...it)
    if (now === 'topic.doubled') super.add(...it)
    if (altered !== null) super.add(topic, it[1], key, altered, it[4], it[5])
  }

  /** What was held for another of its entity that did not come: nothing was changed, the next one is tried. */
  override batches(): ReturnType<Real['batches']> {
    if (this.#held !== null) { super.add(...this.#held); this.#held = null; wanted = ['topic.reordered', ...wanted] }
    return super.batches()
  }
}

/** One digit of a text is another one. */
function alteredOf(value: Buffer | null): Buffer | null {
  const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39
  for (let at = 8; value !== null && at < 60; at++) if (isDigit(value[at - 1]) && isDigit(value[at]) && isDigit(value[at + 1])) {
    const altered = Buffer.from(value)
    altered[at] = value[at] === 0x39 ? 0x38 : value[at]! + 1
    return altered
  }
  return null
}
