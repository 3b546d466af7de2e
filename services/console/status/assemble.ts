import { states, type PartitionStatus, type RouteStatus, type StageStatus, type State, type Status } from '../api/status.schema.ts'
import { targetVerified } from '../balance/verified.ts'
import type { Evidence, RouteSpec } from './evidence.ts'

/** A lease holder speaks every ten seconds; three missed ones are silence. */
const silentAfterMs = 30_000

/** The status that the evidence supports, and no better one. */
export function assemble(evidence: Evidence): Status {
  const { now, hub, endpoints, ledger, lacks } = evidence
  const routes = evidence.routes.map((spec) => routeOf(evidence, spec))
  const books = ledger === null ? null : { ...ledger.breaks, behind: behind(evidence) }
  const targets = ledger === null ? [] : [...new Set(evidence.routes.map(({ target }) => target))].map((target) => {
    const { through, age, held } = targetVerified(target, ledger.verified.filter((row) => row.target === target), now, null)
    return { target, through, age, held: held.find(({ why }) => why === 'difference') ?? held[0] ?? null }
  })
  const ok = Object.values(endpoints).every((it) => it.reachable || it.url === null)
    && routes.every(({ state }) => state === 'running' || state === 'acquiring')
    && targets.every(({ held }) => held?.why !== 'difference') && books !== null && books.gaps + books.overlaps === 0
  return { at: now.toISOString(), hub, ok, endpoints: { ...endpoints }, routes, targets, books, lacks: [...lacks] }
}

function routeOf(evidence: Evidence, spec: RouteSpec): RouteStatus {
  const { source, model, target } = spec
  const translate = stageOf(evidence, source, spec.sourceTopic, spec.sourcePartitions, spec.translatorGroup)
  const deliver = stageOf(evidence, target, spec.canonicalTopic, spec.canonicalPartitions, null)
  const counted = (stage: string, unit: string, of: string | null) => (evidence.ledger?.counts ?? [])
    .filter((it) => it.stage === stage && it.unit === unit && (of === null || it.model === of))
  translate.counts = byOutcome(counted('translate', source, '').concat(counted('translate', source, model)))
  deliver.counts = byOutcome(counted('deliver', target, model))
  const worse = worst([translate, deliver])
  return {
    source, model, target, state: worse.state, code: worse.code, reason: worse.reason,
    position: deliver.position, lag: sum([translate.lag, deliver.lag]), freshness: deliver.freshness,
    counts: byOutcome(counted('deliver', target, model).filter(({ originTopic }) => originTopic === spec.sourceTopic)), translate, deliver,
  }
}

function stageOf(evidence: Evidence, unit: string, topic: string, declared: number, group: string | null): StageStatus {
  const { now, ledger, kafka } = evidence
  const ends = kafka?.ends.get(topic)
  const partitions = Array.from({ length: ends?.length ?? declared }, (_, partition) => {
    // null: asked, and there is none.
    const committed = group === null || kafka === null ? undefined : kafka.committed.get(group)?.get(`${topic}/${partition}`) ?? null
    return partitionOf(evidence, unit, topic, partition, ends?.[partition] ?? null, committed)
  })
  const newest = Math.max(...(ledger?.latest ?? []).filter((it) => it.unit === unit && it.topic === topic).map((it) => it.newest?.getTime() ?? -Infinity))
  const { state, code, reason } = worst(partitions)
  return {
    unit, topic, state, code, reason, partitions, counts: {},
    position: sum(partitions.map((it) => it.position)), lag: sum(partitions.map((it) => it.lag)),
    freshness: newest === -Infinity ? null : Math.max(0, (now.getTime() - newest) / 1000),
  }
}

function partitionOf(evidence: Evidence, unit: string, topic: string, partition: number, end: number | null, committed: number | null | undefined): PartitionStatus {
  const is = (it: { unit: string; topic: string; partition: number }) => it.unit === unit && it.topic === topic && it.partition === partition
  const said = evidence.ledger?.states.find(is)
  const receipt = evidence.ledger?.latest.find(is)
  // Before its first chunk an owner says -1: what the last receipt said still holds.
  const told = said && said.position >= 0 ? said.position : undefined
  const written = said && receipt && receipt.at > said.at ? receipt.next : (told ?? receipt?.next)
  const position = committed ?? (written === undefined ? (end === 0 ? 0 : null) : Number(written))
  // A partition that nobody has begun lags by all that it holds.
  const from = position ?? (committed === null ? 0 : null)
  return {
    partition, ...stateOf(evidence, said), position, end, lag: from === null || end === null ? null : Math.max(0, end - from),
    instance: said?.instance ?? null, at: said?.at.toISOString() ?? null,
  }
}

type Said = NonNullable<Evidence['ledger']>['states'][number]

function stateOf(evidence: Evidence, said: Said | undefined): { state: State; code: string | null; reason: string | null } {
  if (said === undefined) return { state: 'unknown', code: null, reason: null }
  const { state, code, reason, at, instance } = said
  if (evidence.now.getTime() - at.getTime() <= silentAfterMs) return isState(state) ? { state, code, reason } : { state: 'unknown', code, reason }
  if ((behind(evidence, evidence.statesTopic) ?? 0) > 0) return { state: 'unknown', code: 'console.books_behind', reason: `the reconciler has not read what was said after ${at.toISOString()}` }
  return { state: 'silent', code: 'unit.silent', reason: `${instance} has said nothing since ${at.toISOString()}; it was ${state} then` }
}

/** Offsets of the books' topics that the reconciler has not read. */
function behind({ ledger, kafka }: Evidence, topic: string | null = null): number | null {
  if (ledger === null || kafka === null) return null
  return sum(ledger.read.filter((it) => topic === null || it.topic === topic).map((it) => Math.max(0, (kafka.ends.get(it.topic)?.[it.partition] ?? 0) - Number(it.next))))
}

const isState = (state: string): state is State => (states as readonly string[]).includes(state)
const nobody = { state: 'unknown', code: null, reason: null } as const
const worst = <T extends { state: State; code: string | null; reason: string | null }>(all: readonly T[]) => all.toSorted((a, b) => states.indexOf(a.state) - states.indexOf(b.state))[0] ?? nobody
const sum = (all: readonly (number | null)[]) => all.reduce((total, it) => (total === null || it === null ? null : total + it), 0 as number | null)

function byOutcome(counts: readonly { outcome: string; count: bigint }[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const { outcome, count } of counts) totals[outcome] = (totals[outcome] ?? 0) + Number(count)
  return totals
}
