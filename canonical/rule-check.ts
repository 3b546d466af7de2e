import { unscaled } from './decimal.ts'
import { finder, getter, type Place } from './field-reader.ts'
import { problemOf } from './explain.ts'
import { shape } from './refused.ts'
import { boundOf, boundsOf, type CrossReference, type Range, type Rule, type RuleSet } from './rules.ts'
import type { Lookup } from './table-card.ts'
import { totalRule } from './total-rule.ts'
import type { ModelName } from './models.generated.ts'

/** A rule that a record breaks, and where. `got` is the shape of the value, never the value. */
export interface Broken { readonly name: string; readonly rule: Rule; readonly field: string; readonly got: string }
/** Null: every rule holds. */
export type RuleCheck = (content: object, lookup?: Lookup) => Broken[] | null

type Find = (content: object, lookup: Lookup | undefined) => readonly Place[] | null

/** The rules of these sets for one model, compiled once; null where there are none, so that they cost nothing. */
export function ruleCheck(model: ModelName, sets: readonly (RuleSet | undefined)[]): RuleCheck | null {
  const named = sets.flatMap((it) => (it?.model === model ? Object.entries(it.rules) : []))
  const twice = named.find(([name], at) => named.findIndex((it) => it[0] === name) !== at)
  if (twice !== undefined) throw new Error(`two rules for ${model} are named ${twice[0]}`)
  if (named.length === 0) return null
  const finds = named.map(([name, rule]) => ({ name, rule, find: where(rule, find(rule)) }))
  return (content, lookup) => {
    let broken: Broken[] | null = null
    for (let at = 0; at < finds.length; at++) {
      const it = finds[at]!
      const places = attempt(it.find, content, lookup)
      if (places !== null) for (const { field, value } of places) (broken ??= []).push({ name: it.name, rule: it.rule, field, got: value instanceof Threw ? value.what : shape(value) })
    }
    return broken
  }
}

/** A rule with a bug is a broken one: it refuses or warns as it was declared to, and says where it failed. */
function attempt(find: Find, content: object, lookup: Lookup | undefined): readonly Place[] | null {
  try { return find(content, lookup) } catch (error) { return [{ field: '', value: new Threw(problemOf('', [], error).got) }] }
}
class Threw {
  readonly what: string
  constructor(what: string) { this.what = what }
}

function find(rule: Rule): Find {
  switch (rule.rule) {
    case 'required': return among(rule.field, isThere)
    case 'range': return among(rule.field, inRange(rule))
    case 'pattern': return among(rule.field, (value) => value === null || value === undefined || rule.matches.test(value as string))
    case 'one-of': { const values = new Set<unknown>(rule.values); return among(rule.field, (value) => value === null || value === undefined || values.has(value)) }
    case 'cross-reference': return listed(rule)
    case 'total': { const holds = totalRule(rule), stated = getter(rule.field), { field } = rule; return (content) => (holds(content) ? null : [{ field, value: stated(content) }]) }
    case 'custom': { const { fields, holds } = rule as typeof rule & { holds: (content: object) => boolean }; return (content) => (holds(content) ? null : [{ field: fields.join(', '), value: undefined }]) }
  }
}

function among(path: string, holds: (value: unknown) => boolean): Find {
  const all = finder(path)
  return (content) => all(content, holds)
}

/** Nobody is judged by a table that is not there: samples and dry runs bring their own, or say nothing. */
function listed({ field, table }: CrossReference): Find {
  const all = finder(field)
  return (content, lookup) => (lookup === undefined ? null : all(content, (value) => value === null || value === undefined || lookup.has(table, value as string) !== false))
}

const isThere = (value: unknown): boolean => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)

function inRange(rule: Range): (value: unknown) => boolean {
  const tests = boundsOf(rule).map(([name, bound]) => {
    const by = boundOf(bound)
    return { min: (it: number | bigint) => it >= by, max: (it: number | bigint) => it <= by, above: (it: number | bigint) => it > by, below: (it: number | bigint) => it < by }[name]
  })
  return (value) => {
    if (value === null || value === undefined) return true
    const it = typeof value === 'string' ? unscaled(value) : (value as number)
    for (let at = 0; at < tests.length; at++) if (!tests[at]!(it)) return false
    return true
  }
}

function where(rule: Rule, check: Find): Find {
  if (rule.where === undefined) return check
  const conditions = Object.entries(rule.where).map(([path, wanted]) => ({ get: getter(path), values: new Set<unknown>(Array.isArray(wanted) ? wanted : [wanted]) }))
  return (content, lookup) => {
    for (const { get, values } of conditions) if (!values.has(get(content))) return null
    return check(content, lookup)
  }
}
