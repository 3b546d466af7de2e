import type { Decimal } from './decimal.ts'
import { unscaled } from './decimal.ts'
import { digest, textOf } from './fingerprint.ts'
import { wrongDuration } from './card.ts'
import type { Duration } from './duration.ts'
import type { Item } from './mapping.ts'
import type { ModelName, Models } from './models.generated.ts'
import type { How } from './rounding.ts'
import type { TableCard } from './table-card.ts'

/** What every rule says. `reject`: a record that breaks it is refused. `warn`: it goes on, and is counted. */
interface Said { readonly says: string; readonly broken: 'reject' | 'warn' }
/** Something is there: no null, no empty text, no empty list. Where the record around the field is null, there is nothing to say. */
export interface Required extends Said { readonly rule: 'required'; readonly field: string }
/** A number, amount or time between bounds: `min` and `max` belong to it, `above` and `below` do not. This and the rules below pass over null: that a value is there is `required`. */
export interface Range extends Said { readonly rule: 'range'; readonly field: string; readonly min?: string | number; readonly max?: string | number; readonly above?: string | number; readonly below?: string | number }
export interface Pattern extends Said { readonly rule: 'pattern'; readonly field: string; readonly matches: RegExp }
export interface OneOf extends Said { readonly rule: 'one-of'; readonly field: string; readonly values: readonly string[] }
/** An amount that is the sum of others, exactly, after the rounding that was agreed. Where a part is null, there is nothing to say. */
export interface Total extends Said { readonly rule: 'total'; readonly field: string; readonly sum: readonly (string | Each)[]; readonly less?: readonly (string | Each)[]; readonly rounding: Rounding }
/** What one element of a list comes to, added up: fields, and products of two fields. */
export interface Each { readonly each: string; readonly plus: readonly (string | readonly [string, string])[]; readonly minus?: readonly (string | readonly [string, string])[] }
/** `line`: what each element of a list comes to is rounded, then added up. `document`: only the whole is. `places` are decimals, or those of the currency in a field. */
export interface Rounding { readonly each: 'line' | 'document'; readonly how: How; readonly places: number | { readonly of: string } }
/** A text that is a key of a table. With `waits` a missed key is waited for, until the record is this old; then it is a broken rule like any other. */
export interface CrossReference extends Said { readonly rule: 'cross-reference'; readonly field: string; readonly table: TableCard; readonly waits?: Duration }
/** Whatever the others cannot say. It sees the record and nothing else: no clock, no table, so that it answers the same tomorrow. `fields` are those that it is about. */
export interface Custom extends Said { readonly rule: 'custom'; readonly fields: readonly string[]; readonly holds: (content: never) => boolean }
/** Different entities differ in at least one of these; where one of them is null, there is nothing to say. Only who holds all records can tell, so it is a rule of a target alone. `reject`: kept by its own constraint. `warn`: the audit of the target looks for it, and what it finds is a finding. */
export interface Unique extends Said { readonly rule: 'unique'; readonly fields: readonly string[] }
/** `where`: only records with these values are looked at; of a list, one of them. */
export type Rule = (Required | Range | Pattern | OneOf | CrossReference | Total | Custom) & { readonly where?: Readonly<Record<string, unknown>> }

/** Rules for records of one model, by name. */
export interface RuleSet<M extends ModelName = ModelName> { readonly model: M; readonly rules: Readonly<Record<string, Rule>> }

/** Rules of a target, of which some may be kept by its own constraints. */
export interface TargetRuleSet<M extends ModelName = ModelName> { readonly model: M; readonly rules: Readonly<Record<string, Rule | Unique>> }

/** Rules of a model, of a source for what it gives, or of a target for what it takes. A field that the model lacks does not compile. */
export const rules = <M extends ModelName>(model: M, table: { readonly [name: string]: RuleOf<Models[M]> }): RuleSet<M> => checkedRules(model, table as unknown as RuleSet['rules'])
/** The same for a target, with what has to be unique there. */
export const targetRules = <M extends ModelName>(model: M, table: { readonly [name: string]: RuleOf<Models[M]> | UniqueOf<Models[M]> }): TargetRuleSet<M> => checkedRules(model, table as unknown as TargetRuleSet['rules'])

function checkedRules<M extends ModelName, R extends Readonly<Record<string, Rule | Unique>>>(model: M, table: R): { readonly model: M; readonly rules: R } {
  const set = { model, rules: table }
  const wrong = Object.entries(set.rules).flatMap(([name, it]) => wrongIn(it).map((what) => `${name}: ${what}`).concat(telling.test(name) ? [] : [`${name}: a name is lower case with hyphens, at most 60 letters`]))
  if (wrong.length > 0) throw new Error(`rules for ${model}: ${wrong.join('; ')}`)
  return set
}
// Names are codes and attributes of metrics: `rule.<name>`.
const telling = /^(?=.{3,60}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/

function wrongIn(rule: Rule | Unique): string[] {
  const wrong = /^[A-Z].*\.$/.test(rule.says) ? [] : ['says is no sentence']
  if (rule.rule === 'unique' && rule.fields.length === 0) wrong.push('unique needs a field')
  if (rule.rule === 'pattern' && /[gy]/.test(rule.matches.flags)) wrong.push('a pattern with g or y remembers the last record')
  if (rule.rule === 'cross-reference' && rule.waits !== undefined) wrong.push(...wrongDuration('waits', rule.waits))
  if (rule.rule === 'total' && typeof rule.rounding.places === 'number' && !(Number.isInteger(rule.rounding.places) && rule.rounding.places >= 0 && rule.rounding.places <= 9)) wrong.push('places are 0 to 9')
  if (rule.rule === 'range') {
    const bounds = boundsOf(rule)
    if (bounds.length === 0) wrong.push('a range needs a bound')
    for (const [name, bound] of bounds) if (typeof bound === 'string' && !/^-?\d{1,29}(\.\d{1,9})?$/.test(bound)) wrong.push(`${name} is no decimal`)
  }
  return wrong
}

export const boundsOf = ({ min, max, above, below }: Range): ['min' | 'max' | 'above' | 'below', string | number][] =>
  (Object.entries({ min, max, above, below }) as ['min', string | number | undefined][]).filter((it): it is ['min', string | number] => it[1] !== undefined)
/** A bound as the field's values are compared: amounts by their last place. */
export const boundOf = (bound: string | number): number | bigint => (typeof bound === 'string' ? unscaled(bound) : bound)

/** The tables that these rules look keys up in. */
export const tablesOf = (sets: readonly TargetRuleSet[]): TableCard[] =>
  [...new Set(sets.flatMap(({ rules }) => Object.values(rules)).flatMap((it) => (it.rule === 'cross-reference' ? [it.table] : [])))]

/** Those that a record alone can be judged by. */
export const ofTheRecord = (sets: readonly TargetRuleSet[]): RuleSet[] =>
  sets.map(({ model, rules }) => ({ model, rules: Object.fromEntries(Object.entries(rules).filter((it): it is [string, Rule] => it[1].rule !== 'unique')) }))
/** What has to be unique of a model, by the names of the rules: kept by a constraint (`reject`), or looked for by the audit (`warn`). */
export const uniqueIn = (sets: readonly TargetRuleSet[], model: ModelName, broken: Unique['broken'] = 'reject'): [string, Unique][] =>
  sets.flatMap((set) => (set.model === model ? Object.entries(set.rules).filter((it): it is [string, Unique] => it[1].rule === 'unique' && it[1].broken === broken) : []))

/** The code of a record that was refused by a rule. */
export const ruleCode = (name: string): string => `rule.${name}`
/** Changes with every word and bound of the rules. */
export const rulesFingerprint = (sets: readonly TargetRuleSet[]): string =>
  digest(JSON.stringify(sets, (_, value: unknown) => (typeof value === 'function' ? textOf(value) : value instanceof RegExp ? String(value) : value)))

// From here on: how the compiler knows that a rule speaks of the model. `S` is the model's record.

/** Every field, lists opened: `lines[].quantity`. */
export type FieldPath<S, Depth extends 0[] = []> = Depth['length'] extends 5 ? never : S extends Leaf ? never : { [K in keyof S & string]: K | Inside<NonNullable<S[K]>, K, Depth> }[keyof S & string]
type Inside<V, P extends string, Depth extends 0[]> = V extends readonly (infer E)[] ? `${P}[]` | `${P}[].${FieldPath<E, [...Depth, 0]>}` : `${P}.${FieldPath<V, [...Depth, 0]>}`
type Leaf = string | number | boolean | bigint
/** The value at a path; of a list with `[]`, that of one element. */
export type FieldAt<S, P extends string> = P extends `${infer Head}.${infer Rest}` ? FieldAt<NonNullable<Step<S, Head>>, Rest> : Step<S, P>
type Step<S, P extends string> = P extends `${infer List}[]` ? (List extends keyof S ? Item<S[List]> : never) : P extends keyof S ? S[P] : never
type FieldOf<S, V> = { [P in FieldPath<S>]: NonNullable<FieldAt<S, P>> extends V ? P : never }[FieldPath<S>]
/** A text, and no amount, which is one for the compiler only. */
type Text<S> = Exclude<FieldOf<S, string>, FieldOf<S, Decimal>>
type Single<P> = P extends `${string}[]${string}` ? never : P
type Amount<S> = Single<FieldOf<S, Decimal>>
type ListOf<S> = Single<FieldOf<S, readonly object[]>>

type Term<S> = Amount<S> | readonly [Amount<S>, Amount<S>]
type EachOf<S> = { [L in ListOf<S>]: Each & { readonly each: L; readonly plus: readonly Term<Item<FieldAt<S, L>>>[]; readonly minus?: readonly Term<Item<FieldAt<S, L>>>[] } }[ListOf<S>]
type Part<S> = Amount<S> | EachOf<S>
type OneOfAll<S> = { [P in Text<S>]: OneOf & { readonly field: P; readonly values: readonly NonNullable<FieldAt<S, P>>[] } }[Text<S>]
type WhereOf<S> = { readonly [P in Single<FieldPath<S>>]?: FieldAt<S, P> | readonly FieldAt<S, P>[] }
/** A rule about a record of the type `S`. */
export type RuleOf<S> = { readonly where?: WhereOf<S> } & (
  | (Required & { readonly field: FieldPath<S> })
  | (Range & { readonly field: FieldOf<S, Decimal>; readonly min?: string; readonly max?: string; readonly above?: string; readonly below?: string })
  | (Range & { readonly field: FieldOf<S, number>; readonly min?: number; readonly max?: number; readonly above?: number; readonly below?: number })
  | ((Pattern | CrossReference) & { readonly field: Text<S> })
  | OneOfAll<S>
  | (Total & { readonly field: Amount<S>; readonly sum: readonly Part<S>[]; readonly less?: readonly Part<S>[]; readonly rounding: Rounding & { readonly places: number | { readonly of: Single<Text<S>> } } })
  | (Custom & { readonly fields: readonly FieldPath<S>[]; readonly holds: (content: S) => boolean }))
type UniqueOf<S> = Unique & { readonly fields: readonly (Single<FieldPath<S>> | 'meta.source')[] }
