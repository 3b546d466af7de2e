import type { Random } from './random.ts'

/** The things that may still change, at most `most` of them: when it is full, a random one is left alone for ever. */
export interface Pool<T> { add(item: T): void; any(): T | undefined; remove(item: T): void; readonly size: number }

export function makePool<T extends object>(random: Random, most: number): Pool<T> {
  const items: T[] = []
  const at = new Map<T, number>()
  return {
    add(item) {
      if (items.length < most) at.set(item, items.push(item) - 1)
      else {
        const place = random.below(most)
        at.delete(items[place] as T)
        items[place] = item
        at.set(item, place)
      }
    },
    any: () => (items.length === 0 ? undefined : random.pick(items)),
    remove(item) {
      const place = at.get(item), last = items.at(-1)
      if (place === undefined || last === undefined) return
      at.delete(item)
      items.pop()
      if (last !== item) { items[place] = last; at.set(last, place) }
    },
    get size() { return items.length },
  }
}
