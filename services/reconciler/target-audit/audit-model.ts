import type { TargetCard } from '../../../canonical/card.ts'
import { textOfUnscaled } from '../../../canonical/decimal-sum.ts'
import { ruleCode, type TargetRuleSet, uniqueIn } from '../../../canonical/rules.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { Stopped } from '../../runtime/failure.ts'
import type { AuditRow, ModelAudit, Repeated, Snapshot, State, WrongTotal } from '../../sink/targets/audit.ts'
import { shown } from '../../sink/targets/row-bytes.ts'
import type { Found } from '../findings/finding.ts'
import type { Place } from './expected.ts'
import { differingEntities } from './differing.ts'
import { findingsOf } from './finding-of.ts'
import { Fold, type FoldSettings, type Refusals } from './fold.ts'
import { cellOf, judgeRows, type Judgement } from './judge-rows.ts'

export interface ModelPass extends Omit<FoldSettings, 'audit'> { readonly target: TargetCard; /** The target's own. */ readonly rules: readonly TargetRuleSet[]; readonly model: ModelName; readonly audit: ModelAudit; readonly refusals: () => Promise<Refusals> }
/** What one pass over a model came to. */
export interface Pass {
  readonly model: ModelName; readonly at: string; readonly seconds: number
  /** Canonical records read, entities that they come to, rows that those should be, rows that are there. */
  readonly records: number; readonly entities: number; readonly expected: number; readonly rows: number
  readonly buckets: number; readonly differing: number
  /** Rows read beyond the checksums, to find which and what. */
  readonly read: number
  readonly findings: number
  /** Of so many entities something was on its way: they are judged next time. */
  readonly leftOut: number
  /** False: more differs than is named in one pass. */
  readonly complete: boolean
  /** Control totals by name: what the hub comes to, and what the target holds. */
  readonly totals: Readonly<Record<string, { readonly hub: string; readonly there: string }>>
  /** Why nothing can be said. */
  readonly skipped: string | null
}
interface Judged { readonly judgement: Judgement; readonly place: Place | null; readonly groups: readonly string[] }
type Look = { readonly judged: Map<string, Judged>; readonly moving: number }

/** So many offsets may be read while a snapshot is open. */
const smallRest = 5_000
const rounds = 8

/** Compares everything that a target holds of a model with everything that it should hold, and looks a second time at what differs. */
export async function auditModel(it: ModelPass): Promise<{ pass: Pass; found: readonly Found[] }> {
  const began = performance.now(), fold = new Fold(it), { expected } = fold
  const passed = (more: Partial<Pass>): Pass => ({
    model: it.model, at: new Date().toISOString(), seconds: Math.round(performance.now() - began) / 1000, records: expected.records, entities: expected.size,
    expected: 0, rows: 0, buckets: 0, differing: 0, read: 0, findings: 0, leftOut: 0, complete: true, totals: {}, skipped: null, ...more,
  })
  for (let round = 0; round < rounds; round++) {
    const stand = await it.audit.stand()
    if (stand.topicId === null) return { pass: passed({ skipped: 'The target has not begun with this model.', complete: false }), found: [] }
    if (fold.behind(stand) <= (round === 0 ? 0 : smallRest)) break
    await fold.to(stand, await it.refusals())
    if (fold.topicId !== stand.topicId) throw new Stopped('position.topic_recreated', `${it.target.name} stands in ${it.topic} with id ${stand.topicId}, and the topic has id ${fold.topicId}`)
  }
  const first = await it.audit.snapshot(async (snapshot) => {
    await fold.to(snapshot.stand, await it.refusals())
    const compared = await differingEntities(snapshot, fold)
    const look = await judged(it, fold, snapshot, compared.entities)
    return { compared, look, wrong: await snapshot.wrongTotals(), repeated: await repeatedIn(it, snapshot), read: snapshot.read - compared.rows }
  })
  const again = first.look.judged.size + first.wrong.length === 0 ? { look: { judged: new Map<string, Judged>(), moving: 0 }, wrong: [], read: 0 } : await it.audit.snapshot(async (snapshot) => {
    await fold.to(snapshot.stand, await it.refusals())
    const look = await judged(it, fold, snapshot, [...first.look.judged.keys()])
    return { look, wrong: await snapshot.wrongTotals(), read: snapshot.read }
  })
  const early = await withoutEarly(fold, again.look.judged), make = findingsOf(it.target, it.model, it.topic), { compared } = first
  const found = [
    ...[...again.look.judged].map(([entity, { judgement, place }]) => make.rows(entity, judgement, place)),
    ...conflicts(fold, make.conflict),
    ...standing(first.wrong, again.wrong, again.look, compared.complete).map(make.total),
    ...first.repeated.map(({ rule, ...those }) => make.repeated(rule, those)),
  ]
  const totals = Object.fromEntries([...compared.totals].map(([name, { hub, there }]) => [name, { hub: textOfUnscaled(hub), there: textOfUnscaled(there) }]))
  return { found, pass: passed({
    expected: compared.expected, rows: compared.rows, buckets: compared.buckets, differing: compared.differing, read: first.read + again.read, findings: found.length,
    leftOut: fold.undecided.size + first.look.moving + again.look.moving + early, complete: compared.complete, totals,
  }) }
}

/** Nobody stands for a row as far as the target has read; but it may come to that yet, as a new target does. Takes out what cannot be said, and answers how many they were. */
async function withoutEarly(fold: Fold, judged: Map<string, Judged>): Promise<number> {
  const unknown = [...judged].flatMap(([entity, { place }]) => (place === null ? [entity] : []))
  if (unknown.length === 0) return 0
  const ahead = await fold.ahead(smallRest), early = unknown.filter((entity) => ahead === null || ahead.has(entity))
  for (const entity of early) judged.delete(entity)
  return early.length
}

/** What a rule says is unique, and is not. One scan for each rule; most targets have none. */
async function repeatedIn({ rules, model }: ModelPass, snapshot: Snapshot): Promise<(Repeated & { readonly rule: string })[]> {
  const found = await Promise.all(uniqueIn(rules, model, 'warn').map(async ([name, { fields }]) => ((await snapshot.repeated?.(fields)) ?? []).map((it) => ({ ...it, rule: ruleCode(name) }))))
  return found.flat()
}

async function judged({ audit }: ModelPass, fold: Fold, snapshot: Snapshot, entities: readonly string[]): Promise<Look> {
  const known = entities.filter((it) => !fold.undecided.has(it)), held = await snapshot.rows(known), { expected } = fold, found = new Map<string, Judged>()
  const places = new Map(known.flatMap((entity) => { const at = expected.keys.find(entity); return at === null ? [] : [[entity, expected.conflicts.get(at) ?? [expected.place(at)]] as const] }))
  const states = Map.groupBy(await fold.states([...places.values()].flat()), (it) => it.entity)
  let moving = 0
  for (const entity of known) {
    const rows = held.get(entity), at = expected.keys.find(entity)
    if (rows === null || rows === undefined) { moving++; continue }
    const state = candidate(audit, states.get(entity) ?? [], rows), wanted: AuditRow[] = []
    if (state === null && fold.limited) continue
    if (state !== null) audit.rowsOf(state, (table, place, bytes) => { wanted.push({ table, place, bytes: Buffer.from(bytes) }) })
    const judgement = judgeRows(audit.tables, state, wanted, rows)
    // The newer state that it holds may have been in the topic once.
    if (judgement !== null && !(fold.limited && judgement.order === 'newer')) found.set(entity, { judgement, place: at === null ? null : expected.place(at), groups: [...wanted, ...rows].map((it) => textOf(audit, it)) })
  }
  return { judged: found, moving }
}

/** Of states in conflict the one that the target holds is as good as any. */
function candidate({ tables }: ModelAudit, states: readonly State[], held: readonly AuditRow[]): State | null {
  const holds = held.flatMap((row) => { const cell = cellOf(tables[row.table]!, row, ({ path }) => path === 'meta.effectKey'); return cell === undefined ? [] : [shown(cell)] })
  return states.find((it) => holds.some((key) => key.includes(it.effectKey))) ?? states[0] ?? null
}

function conflicts({ expected }: Fold, make: ReturnType<typeof findingsOf>['conflict']): Found[] {
  return [...expected.conflicts].slice(0, mostConflicts).map(([at, places]) => make(expected.keys.name(at), places))
}
const mostConflicts = 1_000

/** A running total is judged where its rows agree: rows that differ are named themselves, and their totals are right once they are mended. */
function standing(before: readonly WrongTotal[], after: readonly WrongTotal[], { judged: rows }: Look, complete: boolean): WrongTotal[] {
  const seen = new Set(before.map((it) => JSON.stringify(it))), texts = [...rows.values()].flatMap((it) => it.groups)
  return complete ? after.filter((it) => seen.has(JSON.stringify(it)) && !texts.some((text) => it.by.every((part) => text.includes(`\n${part}\n`)))) : []
}
const textOf = ({ tables }: ModelAudit, row: AuditRow): string => `\n${tables[row.table]!.columns.map((column) => shown(cellOf(tables[row.table]!, row, (it) => it === column)!)).join('\n')}\n`
