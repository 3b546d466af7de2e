import { firstNames, homes, lastNames, streets, tags, type Place } from './names.ts'
import type { Random } from './random.ts'

/** Someone who buys. `state` counts the changes. */
export interface Person {
  readonly number: number
  readonly first: string
  last: string
  email: string
  readonly phone: string | null
  readonly street: string
  readonly home: Place
  readonly tag: string | null
  readonly company: string | null
  marketing: boolean
  readonly createdAt: number
  changedAt: number
  state: number
}

export function makePerson(number: number, random: Random, now: number): Person {
  const createdAt = now - random.below(300 * 86_400)
  return {
    number, first: random.pick(firstNames), last: random.pick(lastNames), email: `buyer.${number}@example.com`,
    phone: random.chance(0.6) ? `+1502459${String(number % 10_000).padStart(4, '0')}` : null,
    street: `${random.pick(streets)} ${1 + random.below(120)}`, home: random.pick(homes),
    tag: random.chance(0.15) ? random.pick(tags) : null, company: random.chance(0.08) ? `Company ${number}` : null,
    marketing: random.chance(0.4), createdAt, changedAt: createdAt, state: 0,
  }
}

/** Marries, changes the address for mail, or agrees to marketing. */
export function change(person: Person, random: Random, now: number): void {
  person.changedAt = Math.max(now, person.changedAt + 1)
  person.state++
  const what = random.below(3)
  if (what === 0) person.last = random.pick(lastNames)
  else if (what === 1) person.email = `buyer.${person.number}.${person.state}@example.com`
  else person.marketing = !person.marketing
}
