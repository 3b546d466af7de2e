import { SplittableRandom } from './splittable-random.ts'

const states = ['open', 'paid', 'shipped', 'closed', 'cancelled'], channels = ['web', 'app', 'store', 'phone'], payments = ['card', 'invoice', 'paypal', 'transfer']
const cities = ['Berlin', 'Hamburg', 'Lyon', 'Torino', 'Gdansk', 'Utrecht'], countries = ['DE', 'DE', 'FR', 'IT', 'PL', 'NL']
const firstNames = ['Anna', 'Jonas', 'Maria', 'Pawel', 'Chiara', 'Luc'], lastNames = ['Schmidt', 'Kowalski', 'Rossi', 'Dupont', 'Jansen', 'Weber']
const began = 1_760_000_000_000

export interface Order { readonly key: string; readonly value: string; readonly version: number }

/**
 * Orders as a shop sends them: about 700 bytes of JSON, one in five a newer version of an earlier order, versions of an order counted from 1.
 * Byte for byte what the rivals' generator makes of the same seed, so that everybody reads the same data.
 */
export class Orders {
  readonly #random: SplittableRandom
  readonly #seed: number
  readonly #versions: number[] = []
  #made = 0

  constructor(seed: number) {
    this.#random = new SplittableRandom(seed)
    this.#seed = seed
  }

  /** Different orders made so far. */
  get keys(): number { return this.#versions.length }

  next(): Order {
    const random = this.#random, versions = this.#versions
    const order = versions.length > 100 && random.below(5) === 0 ? random.below(versions.length) : versions.push(0) - 1
    const version = ++versions[order]!
    const key = `ord-${String((order * 2654435761 + this.#seed) % 2 ** 32).padStart(10, '0')}`
    return { key, version, value: this.#json(order, version, key, this.#made++) }
  }

  #json(order: number, version: number, key: string, at: number): string {
    const random = this.#random, pick = (list: readonly string[]) => list[random.below(list.length)]!
    const city = random.below(cities.length), first = pick(firstNames), last = pick(lastNames), customer = random.below(1_000_000)
    let rest = 1 + random.below(3), total = 0, lines = ''
    const head = `{"id":"${key}","version":${version},"updated_at":"${instant(began + at * 7)}","shop":"shop-eu-1","state":"${states[(version + order) % 5]}","channel":"${pick(channels)}","payment":"${pick(payments)}"`
      + `,"customer":{"id":"cust-${customer}","first_name":"${first}","last_name":"${last}","email":"${first}.${last}${customer}@Example.com","loyalty":{"tier":"gold","points":${random.below(9000)}}},"currency":"EUR","lines":[`
    for (; rest > 0; rest--) {
      const quantity = 1 + random.below(4), price = 199 + random.below(20_000)
      total += quantity * price
      lines += `${lines === '' ? '' : ','}{"sku":"SKU-${10_000 + random.below(89_999)}","qty":${quantity},"price":"${decimal(price)}"}`
    }
    return `${head}${lines}],"total":"${decimal(total)}","tax":"${decimal(Math.floor(total * 19 / 119))}","shipping":"4.90"`
      + `,"shipping_address":{"street":"Lange Strasse ${1 + random.below(200)}","city":"${cities[city]}","zip":"${10_000 + random.below(89_999)}","country":"${countries[city]}"}`
      + `,"priority":${random.below(10) === 0},"note":${random.below(3) === 0 ? '"please ring twice, leave with the neighbour"' : 'null'}`
      + `,"utm":{"source":"newsletter","campaign":"autumn-${random.below(50)}"},"user_agent":"Mozilla/5.0 (X11; Linux x86_64)"}`
  }
}

const decimal = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`
/** As Java writes it: no fraction where there is none. */
const instant = (time: number) => new Date(time).toISOString().replace('.000Z', 'Z')
