import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { committedOffsets, offsetsOf } from '../../runtime/kafka/offsets.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { AuditedPart } from './audited-part.ts'
import type { AuditLane } from './topic-audit.ts'

/**
 * How far an audit may go now. First the positions that the translator has committed, then the ends of what it has written: with the position, its canonical
 * records and rejections are in their topics, so what lies before these ends is all there is of what lies before the position. What is in flight is never missed.
 */
export async function setGoal(parts: readonly AuditedPart[], lanes: ReadonlyMap<string, AuditLane>, { cluster, ledger, names, to }: { cluster: Cluster; ledger: Ledger; names: Names; to: number }): Promise<void> {
  const committed = new Map<string, number>()
  for (const unit of new Set(parts.map((it) => it.unit))) for (const it of await committedOffsets(cluster, names.translatorGroup(unit))) committed.set(`${it.topic}/${it.partition}`, it.offset)
  const sources = parts.map(({ topic, partition }) => ({ topic, partition })), refused = parts.map(({ unit, partition }) => ({ topic: names.rejected(unit), partition }))
  const [earliest, ends, rejections] = await Promise.all([offsetsOf(cluster, sources, 'earliest'), offsetsOf(cluster, sources, 'latest'), offsetsOf(cluster, refused, 'latest')])
  for (const [at, part] of parts.entries()) {
    Object.assign(part, { earliest: earliest[at]!, end: ends[at]! })
    // An unmet wish stays: books that are always a little behind would never meet a newer one.
    part.wish ??= { limit: Math.min(committed.get(`${part.topic}/${part.partition}`) ?? -1, to), rejections: rejections[at]! }
  }
  const own = [...lanes.values()], last = await offsetsOf(cluster, own, 'latest')
  for (const [at, lane] of own.entries()) lane.end = last[at]!
  await grant(parts, ledger, names)
}

/** Lets each partition go as far as the books have followed. */
async function grant(parts: readonly AuditedPart[], ledger: Ledger, names: Names): Promise<void> {
  const [read, spans] = await Promise.all([
    ledger.position.findMany({ where: { topic: { in: [...new Set(parts.map(({ unit }) => names.rejected(unit)))] } }, select: { topic: true, partition: true, next: true } }),
    ledger.span.groupBy({ by: ['topicId', 'partition'], where: { stage: 'translate', topicId: { in: [...new Set(parts.map(({ topicId }) => topicId))] } }, _max: { next: true } }),
  ])
  for (const part of parts) {
    const rejections = Number(read.find((it) => it.topic === names.rejected(part.unit) && it.partition === part.partition)?.next ?? 0)
    const receipts = Number(spans.find((it) => it.topicId === part.topicId && it.partition === part.partition)?._max.next ?? 0)
    if (part.wish === null || rejections < part.wish.rejections) continue
    part.limit = Math.max(part.limit, Math.min(part.wish.limit, receipts))
    part.match.limit = part.limit
    part.wish = null
  }
}
