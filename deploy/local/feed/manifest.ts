import type { Given, Model, Sum, Tracked } from './draft.ts'
import type { Class, FeedRecord } from './feed.ts'
import { decimalText, places } from './money.ts'
import type { SourceName } from './sources.ts'

export interface SourceCounts { sent: number; mapped: number; filtered: Record<string, number>; rejected: number; classes: Record<Class, number> }
export interface ModelCounts {
  /** Canonical records, duplicates included. */
  emitted: number
  /** Distinct effect keys among them. */
  states: number
  entities: number
  /** Entities whose newest state is no delete. */
  alive: number
  /** Emitted records that are deletes. */
  deletes: number
  /** Sums over the newest state of each living entity, exact; those that are not 0. */
  sums: Record<string, string>
}
/** What was sent, and what must have come out when all of it is through. */
export interface Manifest {
  seed: string
  sent: number
  sources: Partial<Record<SourceName, SourceCounts>>
  models: Partial<Record<Model, ModelCounts>>
  /** Succeeded payments by customer and currency: in less out, where that is not 0. The key is `<customer entity> <currency>`. */
  balances: Record<string, string>
}

// Records older than this many are never sent again, so their states need not be remembered.
const remembered = 512

/** Keeps the books while records are made: nothing is looked up in the mappings, nothing is walked at the end. */
export function makeManifest(seed: string) {
  const sources = new Map<SourceName, SourceCounts>()
  const models = new Map<Model, Omit<ModelCounts, 'sums'> & { sums: Map<string, { minor: bigint; places: number }> }>()
  const balances = new Map<string, { minor: bigint; places: number }>()
  let all = 0
  return { classOf, count, result }

  /** How the record's first entity changes, were it sent now. */
  function classOf(gives: readonly Given[]): Class {
    const first = gives[0]
    if (first === undefined) throw new Error('a record that is mapped gives at least one canonical record')
    const { newest } = first.tracked
    if (newest !== null && first.version < newest.version) return 'stale'
    return first.deleted ? 'delete' : newest === null ? 'new' : 'update'
  }

  function count(record: FeedRecord): void {
    all++
    let source = sources.get(record.source)
    if (source === undefined) sources.set(record.source, source = { sent: 0, mapped: 0, filtered: {}, rejected: 0, classes: {} })
    source.sent++
    source.classes[record.class] = (source.classes[record.class] ?? 0) + 1
    if (record.class.startsWith('filtered:')) { const name = record.class.slice(9); source.filtered[name] = (source.filtered[name] ?? 0) + 1 }
    else if (record.class.startsWith('bad:')) source.rejected++
    else source.mapped++
    for (const given of record.gives) apply(given)
  }

  /** States of one entity are ordered by version; equal versions by their place in the source. */
  function apply(given: Given): void {
    const { tracked } = given, before = tracked.newest
    let model = models.get(tracked.model)
    if (model === undefined) models.set(tracked.model, model = { emitted: 0, states: 0, entities: 0, alive: 0, deletes: 0, sums: new Map() })
    model.emitted++
    if (given.deleted) model.deletes++
    if (isNew(tracked, given.state)) model.states++
    if (before === null) model.entities++
    if (before !== null && given.version < before.version) { remember(tracked, given.state); return }
    if (before !== null && before.state === given.state) return
    if (before !== null) { remember(tracked, before.state); if (!before.deleted) { model.alive--; addUp(model.sums, before.sums, -1n) } }
    if (!given.deleted) { model.alive++; addUp(model.sums, given.sums, 1n) }
    tracked.newest = given
  }

  function addUp(sums: Map<string, { minor: bigint; places: number }>, parts: readonly Sum[], sign: 1n | -1n): void {
    for (const { name, currency, minor, customer } of parts) {
      const decimals = currency === null ? 0 : places[currency], amount = sign * BigInt(minor)
      add(sums, currency === null ? name : `${name} ${currency}`, amount, decimals)
      if (typeof customer === 'string') add(balances, `${customer} ${currency}`, name === 'OUT' ? -amount : amount, decimals)
    }
  }

  function result(): Manifest {
    return {
      seed, sent: all, sources: Object.fromEntries(sources),
      models: Object.fromEntries([...models].map(([name, model]) => [name, { ...model, sums: texts(model.sums) }])), balances: texts(balances),
    }
  }
}

const isNew = (tracked: Tracked, state: number): boolean => tracked.newest?.state !== state && !tracked.seen.includes(state)
function remember(tracked: Tracked, state: number): void {
  if (tracked.seen.includes(state)) return
  if (tracked.seen.push(state) > remembered) tracked.seen.shift()
}
function add(sums: Map<string, { minor: bigint; places: number }>, name: string, minor: bigint, decimals: number): void {
  const sum = sums.get(name)
  if (sum === undefined) sums.set(name, { minor, places: decimals })
  else sum.minor += minor
}
const texts = (sums: Map<string, { minor: bigint; places: number }>): Record<string, string> =>
  Object.fromEntries([...sums].filter(([, sum]) => sum.minor !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, sum]) => [name, decimalText(sum.minor, sum.places)]))
