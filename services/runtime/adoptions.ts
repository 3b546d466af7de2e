import type { Adoption } from '../../canonical/models.generated.ts'
import type { Moved } from './topic-moved.ts'

/** Which topics people have said to be the ones that a unit has read, under other ids. */
export class Adoptions {
  readonly #orders = new Map<string, Adoption>()

  take(unit: string, orders: readonly Adoption[]): void { for (const it of orders) this.#orders.set(keyOf(unit, it), it) }

  /** Where the unit goes on; null: nobody has ordered it. An order holds for these two topics and this position, so it never holds for the next one of the name. */
  positionOf(unit: string, it: Moved): number | null {
    const order = this.#orders.get(keyOf(unit, it))
    return order !== undefined && (it.position === null || it.position === order.position) ? order.position : null
  }

  /** Ids that the topic has had before this one: what was on its way when it moved still bears them. */
  formerIds(unit: string, topic: string, now: string): string[] {
    const ids = [now]
    for (const id of ids) for (const [key, it] of this.#orders) if (it.now === id && it.topic === topic && key.startsWith(`${unit} `) && !ids.includes(it.was)) ids.push(it.was)
    return ids.slice(1)
  }
}

const keyOf = (unit: string, { topic, partition, was, now }: Pick<Moved, 'topic' | 'partition' | 'was' | 'now'>) => `${unit} ${topic}/${partition} ${was} ${now}`
