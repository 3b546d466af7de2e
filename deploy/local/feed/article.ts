import { makers, things } from './names.ts'
import { places, type Currency } from './money.ts'
import type { Random } from './random.ts'

/** Something that is sold, in two sizes. `cents` is its price in a currency of two places. */
export interface Article {
  readonly number: number
  name: string
  description: string | null
  readonly maker: string
  cents: number
  readonly grams: number
  active: boolean
  readonly createdAt: number
  changedAt: number
  state: number
}

export function makeArticle(number: number, random: Random, now: number): Article {
  return {
    number, name: `${random.pick(things)} ${number}`, description: random.chance(0.8) ? `Number ${number} of our range, well made` : null, maker: random.pick(makers),
    cents: 199 + random.below(25_000), grams: 50 + 25 * random.below(400), active: true, createdAt: now, changedAt: now, state: 0,
  }
}

export function changeArticle(article: Article, random: Random, now: number): void {
  article.changedAt = Math.max(now, article.changedAt + 1)
  article.state++
  const what = random.below(3)
  if (what === 0) article.cents += 10
  else if (what === 1) article.description = `Number ${article.number}, edition ${article.state}`
  else article.active = !article.active
}

/** Yen have no coins below one, dinars have three places: prices keep their size. */
export function priceOf(article: Article, large: boolean, currency: Currency): number {
  const cents = large ? article.cents + 500 : article.cents
  return places[currency] === 3 ? cents * 3 : cents
}
