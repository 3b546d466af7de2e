import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface Answer { status: number; body: unknown }
/** One effect, as it happened. */
export interface Effect { seq: number; key: string; method: 'PUT' | 'DELETE'; collection: string; id: string; body: unknown; answer: Answer; at: string }

/** Customers and orders in memory, every effect in a file that is only ever appended to. */
export class Store {
  readonly #file: number
  readonly #items = new Map<string, Map<string, unknown>>()
  readonly #answers = new Map<string, Effect>()
  readonly effects: Effect[] = []

  constructor(folder: string, collections: readonly string[]) {
    for (const it of collections) this.#items.set(it, new Map())
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'effects.jsonl')
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    // The last line may be half written.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    for (const line of whole.split('\n')) if (line !== '') this.#take(JSON.parse(line) as Effect)
    this.#file = openSync(path, 'a+')
    ftruncateSync(this.#file, Buffer.byteLength(whole))
  }

  collection(name: string): ReadonlyMap<string, unknown> | undefined { return this.#items.get(name) }
  /** What was answered to this key, if it ever had an effect. */
  recorded(key: string): Effect | undefined { return this.#answers.get(key) }

  act(it: Omit<Effect, 'seq' | 'at'>): Effect {
    const effect = { seq: this.effects.length + 1, at: new Date().toISOString(), ...it }
    writeSync(this.#file, `${JSON.stringify(effect)}\n`)
    this.#take(effect)
    return effect
  }
  close(): void { fsyncSync(this.#file); closeSync(this.#file) }

  #take(effect: Effect): void {
    this.effects.push(effect)
    this.#answers.set(effect.key, effect)
    const items = this.#items.get(effect.collection)!
    if (effect.method === 'PUT') items.set(effect.id, effect.body)
    else items.delete(effect.id)
  }
}
