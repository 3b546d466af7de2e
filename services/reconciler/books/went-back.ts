import type { RecordCodec } from '../../../canonical/codec.ts'
import type { Receipt } from '../../../canonical/models.generated.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Registry } from '../../runtime/registry.ts'
import { Accounted } from './accounted.ts'
import { decode, type Decoded } from './decode.ts'

/** A target that stands where it stood once. `gone`: the receipts that it has given from there on, which say nothing of what it holds now. */
export interface WentBack { readonly to: Receipt; readonly was: number; readonly gone: readonly Receipt[] }
/** Receipts to be written, after what a target no longer holds is taken back. */
export interface Part { readonly back: WentBack | null; readonly receipts: Receipt[] }

export interface Looking { readonly ledger: Ledger; readonly cluster: Cluster; readonly registry: Registry; readonly codec: RecordCodec<Receipt> }

/** Cuts the receipts of a chunk where a target has gone back. Only targets can: a translator that reads again also writes again. */
export async function partsOf(looking: Looking, chunk: Chunk, receipts: readonly Decoded<Receipt>[]): Promise<Part[]> {
  const parts: [Part, ...Part[]] = [{ back: null, receipts: [] }], standing = await standings(looking.ledger, receipts.map(({ it }) => it))
  for (const { offset, it } of receipts) {
    if (it.stage === 'DELIVER') {
      const accounted = standing.get(keyOf(it)) ?? new Accounted(null), was = accounted.next
      standing.set(keyOf(it), accounted)
      if (accounted.take(it) === 'back') {
        const gone = await givenFrom(looking, chunk, it, offset)
        if (gone !== null) parts.push({ back: { to: it, was, gone }, receipts: [] })
      }
    }
    parts.at(-1)!.receipts.push(it)
  }
  return parts
}

const keyOf = ({ unit, topicId, partition }: Pick<Receipt, 'unit' | 'topicId' | 'partition'>) => JSON.stringify([unit, topicId, partition])

/** As the ledger knows it. The last receipt of a partition is always kept, and so are the younger ones. */
async function standings(ledger: Ledger, receipts: readonly Receipt[]): Promise<Map<string, Accounted>> {
  const places = new Map(receipts.filter(({ stage }) => stage === 'DELIVER').map((it) => [keyOf(it), { unit: it.unit, topic: it.topic, topicId: it.topicId, partition: it.partition }]))
  if (places.size === 0) return new Map()
  const rows = await ledger.$queryRaw<{ unit: string; topicId: string; partition: number; next: bigint; at: bigint }[]>`
    select it.unit, it."topicId", it.partition, last.next_offset as next, (extract(epoch from youngest.at) * 1000000)::bigint as at
    from jsonb_to_recordset(${JSON.stringify([...places.values()])}::jsonb) as it(unit text, topic text, "topicId" text, partition int)
    cross join lateral (select next_offset from receipt where stage = 'deliver' and unit = it.unit and topic_id = it."topicId" and partition = it.partition order by from_offset desc limit 1) as last
    cross join lateral (select at from receipt where stage = 'deliver' and unit = it.unit and topic = it.topic and topic_id = it."topicId" and partition = it.partition order by at desc limit 1) as youngest`
  return new Map(rows.map((it) => [keyOf(it), new Accounted({ next: Number(it.next), at: Number(it.at) as Receipt['at'] })]))
}

/** Clocks of two processes may differ by so much. */
const marginMs = 600_000

/** What counts of the receipts that lie before this one and account for anything from its start on. Null: they do not begin where it begins, so the target never stood there. */
async function givenFrom({ ledger, cluster, registry, codec }: Looking, { topic, topicId, partition }: Chunk, back: Receipt, before: number): Promise<Receipt[] | null> {
  const key = Buffer.from(`${back.unit}/${back.topic}/${back.partition}`), accounted = new Accounted(null), given: Receipt[] = []
  for (let at = await startOf(ledger, cluster, topic, partition, back); at < before;) {
    const { records, next } = await readSlice(cluster, { topic, id: topicId, partition, from: at })
    if (next === at) break
    const own = records.filter((it) => it.offset < before && it.key?.equals(key) === true)
    for (const { it } of await decode({ topic, partition, records: own }, codec, registry)) {
      if (it.topicId !== back.topicId) continue
      const verdict = accounted.take(it)
      if (verdict === 'back') while (given.length > 0 && given.at(-1)!.from >= it.from) given.pop()
      if (verdict !== 'known' && it.next > back.from) given.push(it)
    }
    at = next
  }
  return given.some(({ from }) => from < back.from) ? null : given
}

/** Before all that was given from there on: behind what ends there, if the ledger still has it; else from the first one. */
async function startOf(ledger: Ledger, cluster: Cluster, topic: string, partition: number, { unit, topicId, partition: of, from }: Receipt): Promise<number> {
  const kept = await ledger.receipt.findFirst({ where: { stage: 'deliver', unit, topicId, partition: of, from: { lt: from }, next: { lte: from } }, orderBy: { from: 'desc' }, select: { at: true } })
  const found = kept === null ? -1 : await offsetOf(cluster, topic, partition, kept.at.getTime() - marginMs)
  return found === -1 ? offsetOf(cluster, topic, partition, 'earliest') : found
}
