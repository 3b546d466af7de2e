import { events } from '../../runtime/events.ts'
import type { Compared } from '../../runtime/compared.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import { Rounds } from '../../runtime/rounds.ts'
import type { SourceCard } from '../../../canonical/card.ts'
import type { Translation } from '../../../canonical/source.ts'
import { turnOf } from '../job.ts'
import type { RunningActs } from '../running-acts.ts'
import { compareSlice, type Differing } from './compare-slice.ts'
import { publishing } from '../redrive/republish-errand.ts'
import { MadeToday } from './made-today.ts'
import { lengthOf, type Part, partsOf } from './parts.ts'
import { Shipped } from './shipped.ts'
import { nextSlice } from './slice.ts'
import { Tally } from './tally.ts'

export interface ComparerSettings {
  readonly ledger: Ledger
  readonly running: RunningActs
  readonly cluster: Cluster
  readonly names: Names
  readonly registry: Pick<Registry, 'schemaOf'>
  readonly sources: readonly { readonly card: SourceCard; readonly source: Translation }[]
  /** So many source records are compared together. */
  readonly atOnce?: number
}
interface Job { readonly command: string; readonly act: string; readonly source: string; readonly fromTime: Date | null; readonly toTime: Date | null; readonly mapping: string | null; readonly parts: Part[] | null; readonly result: Compared | null }

const idleMs = 1_000
/** So long a reconciler that says nothing keeps the job; a large topic takes longer to read, so it says so on the way. */
const heldMs = 10_000, saysSoMs = 2_000
/** For each slice the canonical topics are read from its time to their ends, and some kilobytes are held for each of its records. */
const ordinarySlice = 5_000

/** Reads parts of sources through today's mapping, slice by slice, and writes what differs into the ledger. A slice counts once, whoever is killed: how far it is moves with what it has found. */
export class Comparer {
  readonly #it: ComparerSettings
  readonly #shipped: Shipped
  readonly #rounds: Rounds
  constructor(it: ComparerSettings) {
    this.#it = it
    this.#shipped = new Shipped(it.cluster, it.names, it.registry)
    this.#rounds = new Rounds(() => this.#work().catch(failed))
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  async #work(): Promise<number> {
    if (!await this.#it.running.any(['compare', 'remap']) || (await this.#jobs()).length === 0) return idleMs
    // Asked again by who has the turn: what another has done meanwhile would count twice.
    let restMs = 0
    const had = await turnOf<null>(this.#it.ledger, 'compare', async ({ commit }) => {
      // One that cannot be done, for its topic is gone, does not hold up the others.
      for (const job of await this.#jobs()) await this.#look(job, (write) => commit(null, write)).catch((error: unknown) => { restMs = failed(error) })
    }, heldMs)
    return had ? restMs : idleMs
  }

  /** A remap looks when those before it have been published: it has to see what they did. */
  #jobs(): Promise<Job[]> {
    return this.#it.ledger.$queryRaw<Job[]>`
      select comparison.command, act, source, from_time as "fromTime", to_time as "toTime", mapping, parts, result
      from comparison join command on command.id = comparison.command
      where status = 'running' and not done and (act = 'compare' or act = 'remap' and not exists (
        select from command as earlier join comparison as theirs on theirs.command = earlier.id
        where earlier.act = any(${publishing}::text[]) and earlier.status = 'running' and theirs.source in (comparison.source, '') and earlier.turn < command.turn))
      order by turn`
  }

  async #look(job: Job, commit: (write?: (tx: LedgerTransaction) => Promise<void>) => Promise<void>): Promise<void> {
    const { cluster, names, atOnce = ordinarySlice } = this.#it, { card, source } = this.#it.sources.find((it) => it.card.name === job.source)!
    const made = new MadeToday(source, card), topic = names.topic(card.topic)
    // What another mapping found is not what this one would.
    if (job.parts === null || job.mapping !== made.mapping) {
      const parts = await partsOf(cluster, names, card.name, topic, { from: job.fromTime, to: job.toTime })
      return commit((tx) => begin(tx, job.command, made.mapping, parts))
    }
    const tally = new Tally(job.result), slice = await nextSlice(cluster, topic, job.parts, made, atOnce)
    let said = Date.now()
    const still = async () => { if (Date.now() > said + saysSoMs) { said = Date.now(); await commit() } }
    const differing = await compareSlice({ cluster, names, topic, made, shipped: this.#shipped, still }, slice, tally)
    await commit((tx) => note(tx, job, slice.after, slice.records.length, tally.result, differing))
  }
}

function failed(error: unknown): number {
  events.compareFailed(error instanceof Error ? error : new Error(String(error)))
  return idleMs
}

async function begin(tx: LedgerTransaction, command: string, mapping: string, parts: readonly Part[]): Promise<void> {
  await tx.$executeRaw`delete from republish where command = ${command}`
  await tx.$executeRaw`update comparison set mapping = ${mapping}, parts = ${JSON.stringify(parts)}::jsonb, read = 0, "of" = ${lengthOf(parts)}, result = null where command = ${command}`
}

async function note(tx: LedgerTransaction, { command, act, mapping }: Job, after: readonly Part[], read: number, result: Compared, differing: readonly Differing[]): Promise<void> {
  const done = lengthOf(after) === 0, topicIds = new Map(after.map((it) => [it.partition, it.topicId]))
  const moved = await tx.$executeRaw`
    update comparison set parts = ${JSON.stringify(after)}::jsonb, read = read + ${read}, result = ${JSON.stringify(result)}::jsonb, done = ${done}
    where command = ${command} and exists (select from command where id = ${command} and status = 'running')`
  if (moved === 0) return
  if (act === 'remap' && differing.length > 0) {
    await tx.$executeRaw`
      insert into republish (command, origin_partition, origin_offset, origin_topic_id, give)
      select ${command}, partition, "offset", "topicId", give
      from jsonb_to_recordset(${JSON.stringify(differing.map((it) => ({ ...it, topicId: topicIds.get(it.partition) })))}::jsonb) as it(partition int, "offset" bigint, "topicId" text, give jsonb)`
  }
  if (!done) return
  await tx.$executeRaw`update audit set before = before || ${JSON.stringify({ mapping, ...result.counts })}::jsonb where before ->> 'command' = ${command}`
  if (act === 'compare') await tx.$executeRaw`update command set status = 'done', ended_at = now() where id = ${command} and status = 'running'`
}
