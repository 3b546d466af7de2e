import type { Counts } from '../../runtime/audit-counts.ts'
import { blockSize } from '../../runtime/books.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { findingId } from '../findings/finding.ts'
import type { AuditedPart } from './audited-part.ts'
import { aboutOf } from './describe.ts'
import type { Seen } from './judge.ts'
import { judgeLate, type LateFacts } from './judge-late.ts'
import type { Late, PartDifference } from './topic-audit.ts'
import { wasThinned } from './was-thinned.ts'

export interface AllLate { readonly differences: PartDifference[]; readonly remembered: Late[]; /** What findings about a source record are about that is mended now. */ readonly mended: { readonly unit: string; readonly about: string }[] }

/** Looks at each record that came out of turn: reads its source record again, and asks the books and what was remembered. */
export async function judgeAllLate(late: readonly Late[], counts: Readonly<Record<string, Counts>>, { cluster, ledger }: { cluster: Cluster; ledger: Ledger }): Promise<AllLate> {
  const differences: PartDifference[] = [], remembered: Late[] = [], mended: AllLate['mended'] = [], inHand = new Map<string, Pick<Seen, 'lane' | 'at'>>()
  for (const [part, these] of Map.groupBy(late, (it) => it.part)) {
    const facts = await factsOf(part, these.map(({ seen }) => seen), cluster, ledger)
    for (const { seen } of these.toSorted((a, b) => a.seen.offset - b.seen.offset || a.seen.at - b.seen.at)) {
      const fact = facts(seen), key = `${part.topic}/${part.partition} ${keyOf(seen)}`
      const { difference, remember, mends } = judgeLate(seen, { ...fact, known: fact.known ?? inHand.get(key) ?? null }, counts[part.unit]!)
      if (difference !== null) differences.push({ ...difference, part })
      if (remember) { remembered.push({ part, seen }); inHand.set(key, seen) }
      if (mends) mended.push({ unit: part.unit, about: aboutOf(part, { ...seen, revision: 0 }) })
    }
  }
  return { differences, remembered, mended }
}

async function factsOf(part: AuditedPart, seens: readonly Seen[], cluster: Cluster, ledger: Ledger): Promise<(seen: Seen) => LateFacts> {
  const { topic, partition, unit, earliest, expectation, source } = part, offsets = [...new Set(seens.map(({ offset }) => offset))].toSorted((a, b) => a - b)
  const missing = (seen: Seen) => findingId({ kind: 'topic.missing', unit, about: aboutOf(part, seen) })
  const [records, rows, found, books] = await Promise.all([
    readAt(cluster, topic, partition, offsets),
    ledger.outOfOrder.findMany({ where: { topic, partition, offset: { in: offsets.map(BigInt) } } }),
    ledger.finding.findMany({ where: { id: { in: seens.map(missing) } }, select: { id: true } }),
    ledger.$queryRaw<{ offset: bigint; rejected: boolean; mapping: string | null }[]>`
      select "offset", exists (select from rejection where stage = 'translate' and unit = ${unit} and origin_topic = ${topic} and origin_partition = ${partition} and origin_offset = "offset") as rejected,
        (select mapping from receipt where stage = 'translate' and unit = ${unit} and topic_id = ${part.topicId} and partition = ${partition} and from_offset <= "offset" order by from_offset desc limit 1) as mapping
      from unnest(${offsets}::bigint[]) as it("offset")`,
  ])
  const thinned = new Set<number>()
  for (const block of new Set(offsets.filter((it) => !records.has(it) && it >= earliest && it < part.end).map((it) => Math.floor(it / blockSize)))) if (await wasThinned(part, block, { cluster, ledger })) thinned.add(block)
  const known = new Map(rows.map(({ lane, at, ...it }) => [keyOf({ ...it, offset: Number(it.offset) }), { lane, at: Number(at) }])), missed = new Set(found.map(({ id }) => id)), byOffset = new Map(books.map((it) => [Number(it.offset), it]))
  return (seen) => {
    const record = records.get(seen.offset), { rejected, mapping } = byOffset.get(seen.offset)!
    return {
      origin: record === undefined ? (seen.offset < earliest || thinned.has(Math.floor(seen.offset / blockSize)) ? 'gone' : 'none')
        : { ...expectation.of(record.value, partition, seen.offset, seen.revision), offset: seen.offset, rejected, today: mapping === source.fingerprint },
      known: known.get(keyOf(seen)) ?? null, missed: missed.has(missing(seen)),
    }
  }
}

const keyOf = ({ offset, model, entity, revision }: { offset: number; model: string; entity: string; revision: number }) => `${offset} ${model} ${entity} ${revision}`
