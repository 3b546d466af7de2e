import { setTimeout as sleep } from 'node:timers/promises'
import { Environment } from '../runtime/failure.ts'
import type { Health } from '../runtime/health.ts'
import type { NewRecord } from '../runtime/kafka/producer.ts'
import { bytesAtOnce } from './targets/outbox.ts'
import type { Hold, Target } from './targets/target.ts'

const atOnce = 500
const restMs = 1_000
/** Letters are gathered for so long: a round costs the database and the broker three requests and a commit, and nobody waits for a receipt. */
const gatherMs = 250

/** Publishes what the target keeps for us: receipts and rejections. Sent until Kafka has them, so one may be there twice; readers know each by its interval. */
export class Outbox {
  readonly #target: Target
  readonly #producer: { send(topic: string, records: Iterable<NewRecord>): Promise<void> }
  readonly #health: Health
  readonly #holds = new Set<Hold>()
  /** Dropped, but what they wrote last is still to be sent. */
  readonly #leaving = new Set<Hold>()
  #woken: (() => void) | null = null
  #due = false
  #ended = false
  readonly #stopping = Promise.withResolvers<void>()
  readonly #done: Promise<void>
  constructor(target: Target, producer: { send(topic: string, records: Iterable<NewRecord>): Promise<void> }, health: Health) {
    this.#target = target
    this.#producer = producer
    this.#health = health
    this.#done = this.#run()
  }

  add(hold: Hold): void { this.#holds.add(hold); this.wake() }
  remove(hold: Hold): void {
    if (!this.#holds.delete(hold)) return
    this.#leaving.add(hold)
    this.wake()
  }
  wake(): void { this.#due = true; this.#woken?.() }

  /** Sends what is still there, then ends. What cannot be sent stays in the target for the next owner. */
  async stop(): Promise<void> {
    this.#ended = true
    this.#stopping.resolve()
    this.wake()
    await this.#done
  }

  async #run(): Promise<void> {
    while (!this.#ended || this.#due) {
      if (!this.#due) await new Promise<void>((resolve) => { this.#woken = resolve })
      await Promise.race([sleep(gatherMs, null, { ref: false }), this.#stopping.promise])
      this.#due = false
      try {
        const leaving = [...this.#leaving]
        while (await this.#sendSome([...this.#holds, ...leaving]) === 'more');
        for (const hold of leaving) this.#leaving.delete(hold)
        this.#health.ready('outbox')
      } catch (error) {
        this.#health.unready('outbox', `receipts wait in the target: ${error instanceof Error ? error.message : String(error)}`)
        if (this.#ended) return
        setTimeout(() => { this.wake() }, error instanceof Environment ? 5 * restMs : restMs).unref()
      }
    }
  }

  async #sendSome(holds: readonly Hold[]): Promise<'more' | 'all'> {
    if (holds.length === 0) return 'all'
    const letters = await this.#target.letters(holds, atOnce)
    for (const [topic, these] of Map.groupBy(letters, (it) => it.topic)) {
      await this.#producer.send(topic, these.map(({ key, value, headers, partition }) => ({ key, value, ...(headers === undefined ? {} : { headers }), ...(partition === null ? {} : { partition }) })))
    }
    if (letters.length > 0) await this.#target.sent(letters)
    return letters.length === atOnce || letters.reduce((sum, { value }) => sum + value.length, 0) >= bytesAtOnce ? 'more' : 'all'
  }
}
