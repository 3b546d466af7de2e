import { events } from '../../runtime/events.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { endsOf } from '../../runtime/kafka/ends-of.ts'
import { timeAt } from '../../runtime/kafka/time-at.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import { Rounds } from '../../runtime/rounds.ts'
import { verifiedThrough } from '../../runtime/verified.ts'
import { type Turn, turnOf } from '../job.ts'
import { tell } from '../findings/tell.ts'
import { SeenReader } from '../audit/seen-reader.ts'
import { atFirst, type Cursor, type Look, lookAt, type Places, prefixesOf, type Progress } from './look.ts'
import { byPlace, type Mark } from './marks.ts'
import { nextCursor } from './next-cursor.ts'
import { provenBut, type Tail } from './on-its-way.ts'
import { Snapshot } from './snapshot.ts'
import { frontiers, verifiedRows } from './verified-rows.ts'
import type { Watched } from './watched.ts'
import { writeLook } from './write-look.ts'

const everyMs = 2_000

export interface BalanceSettings { readonly ledger: Ledger; readonly cluster: Cluster; readonly names: Names; readonly registry: Pick<Registry, 'schemaOf'>; readonly watched: readonly Watched[]; readonly everyMs?: number }

/** Proves, look by look, that each target has accounted for everything that was emitted for it, and names what it has not. */
export class Balance {
  readonly #it: BalanceSettings
  readonly #reader: SeenReader
  readonly #tails = new Map<string, Tail>()
  readonly #rounds: Rounds
  constructor(it: BalanceSettings) {
    this.#it = it
    this.#reader = new SeenReader(it.registry)
    this.#rounds = new Rounds(() => this.#round().catch((error: unknown) => { events.balanceFailed(error instanceof Error ? error : new Error(String(error))); return everyMs }))
  }
  stop(): Promise<void> { return this.#rounds.stop() }

  async #round(): Promise<number> {
    let more = true
    while (more && !this.#rounds.ended) {
      more = false
      await turnOf<Cursor>(this.#it.ledger, 'balance', async (turn) => { more = await this.#look(turn) })
    }
    await this.#tell()
    return this.#it.everyMs ?? everyMs
  }

  /** Answers whether there is more to look at. */
  async #look({ cursor: known, commit }: Turn<Cursor>): Promise<boolean> {
    const { ledger, cluster, names, watched } = this.#it, cursor = known ?? atFirst
    // In this order: what comes to the sources later than this instant is none of this look's business.
    const at = Date.now(), ends = await endsOf(cluster, watched.map(({ topic }) => topic), 'lastStable')
    const canonical = [...new Set(watched.flatMap(({ feeds }) => feeds.map(({ model }) => names.canonical(model))))]
    await cluster.know(canonical)
    const places: Places = { idOf: (topic) => cluster.topic(topic)?.id ?? '', ends, receipts: names.receipts, canonical: names.canonical }
    const seen = await lookAt(ledger, watched, places, cursor), look = seen.progress === null ? seen : await this.#beyond(seen, places), next = await nextCursor(look, cursor, (targets, n) => this.#marks(targets, n))
    const verified = verifiedRows(look, await this.#waiting(look.progress ?? [], ends), at)
    let told: Awaited<ReturnType<typeof writeLook>> = []
    await commit(next, async (tx) => { told = await writeLook(tx, look, cursor, next.look, verified) })
    tell(told)
    return look.progress === null
  }

  /** The same look, with what is proven beyond it. */
  async #beyond(look: Look, places: Places): Promise<Look> {
    const { ledger, cluster } = this.#it, progress = await provenBut({ ledger, cluster, reader: this.#reader, places, tails: this.#tails }, look.progress!)
    const further = progress.filter((it, at) => it !== look.progress![at] && it.from !== null)
    if (further.length === 0) return { ...look, progress }
    return { ...look, progress, prefixes: new Map([...look.prefixes, ...await Snapshot.take(ledger, (snapshot) => snapshot.prefixes(prefixesOf(further, places)))]) }
  }

  async #marks(targets: readonly string[], look: number): Promise<Record<string, Mark>> {
    const { cluster, names, watched } = this.#it
    const topicsOf = (target: string) => [...new Set(watched.flatMap(({ feeds }) => feeds.filter((it) => it.target === target).map(({ model }) => names.canonical(model))))]
    const ends = await endsOf(cluster, [...new Set([...targets.flatMap(topicsOf), names.receipts])], 'latest'), receipts = byPlace(ends, [names.receipts])
    return Object.fromEntries(targets.map((target) => [target, { look, canonical: byPlace(ends, topicsOf(target)), receipts }]))
  }

  /** By `topic/partition`: the time of the oldest record that no receipt accounts for. */
  async #waiting(progress: readonly Progress[], ends: ReadonlyMap<string, readonly number[]>): Promise<ReadonlyMap<string, number | null>> {
    return new Map(await Promise.all([...frontiers(progress)].map(async ([at, { of: { topic }, partition, translated }]) => {
      const end = ends.get(topic)![partition]!
      return [at, translated < end ? await timeAt(this.#it.cluster, topic, partition, translated, end) : null] as const
    })))
  }

  /** Whoever looks, every reconciler tells how far it is: of what none has looked at lately, the age grows. */
  async #tell(): Promise<void> {
    const rows = await this.#it.ledger.verified.findMany()
    for (const [target, these] of Map.groupBy(rows, (it) => it.target)) events.verified(target, verifiedThrough(these)!)
    const sourceOf = new Map(rows.map(({ topic, source }) => [topic, source])), remainders = new Map([...rows.map(({ target }) => target), ...sourceOf.values()].map((unit) => [unit, 0]))
    for (const { target, topic, _sum } of await this.#it.ledger.unbalanced.groupBy({ by: ['target', 'topic'], where: { told: { not: null } }, _sum: { records: true } })) {
      const unit = target === '' ? sourceOf.get(topic) : target
      if (unit !== undefined) remainders.set(unit, (remainders.get(unit) ?? 0) + Number(_sum.records ?? 0))
    }
    for (const [unit, records] of remainders) events.balanceRemains(unit, records)
  }
}
