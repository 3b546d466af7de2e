import { milliseconds, type Duration } from './duration.ts'
import { lastEpoch } from './key.ts'
import { modelNames, type ModelName } from './models.generated.ts'

/** What every unit says about itself, and where its alerts go. */
export interface Ownership {
  /** Team that answers for it. */
  readonly owner: string
  /** Who decides what the data means. */
  readonly steward: string
  /** Who is called first: an address or a channel. */
  readonly onCall: string
  /** How old the data may be before it counts as late. */
  readonly tolerance: Duration
  /** Where it is written what to do: a path in this repository or an address. */
  readonly runbook: string
  /** When this card is looked at again, as 2026-12-31. */
  readonly review: string
}

/** What a source declares about itself. */
export interface SourceCard extends Ownership {
  /** Name of the source: its folder. */
  readonly name: string
  /** What it brings, in one sentence. */
  readonly says: string
  /** The outside system. */
  readonly system: string
  /** Topic that it is read from. */
  readonly topic: string
  /** Partitions of that topic, and of the topics that travel with it. */
  readonly partitions: number
  /** How often something arrives at the latest; longer silence is reported. */
  readonly cadence: Duration
  /** Where the version comes from, the strongest first: a position in the source's own log, a time of change, or only our offset. */
  readonly version: 'position' | 'updated_at' | 'offset'
  /** Raised by one when the source was restored from a backup and counts again from an older version. */
  readonly epoch: number
  /** Share of refused records, of at least 100, above which the partition pauses. */
  readonly rejects: number
  /** How such a pause ends: when the next records would go through, or only when a person says so. */
  readonly resumes: 'by-itself' | 'on-approval'
  /** Things of strict models whose records come under more than one Kafka key, a sentence for each: a refused record holds back only what lies in its own partition. */
  readonly split: readonly string[]
}

/** What a target declares about itself. */
export interface TargetCard extends Ownership {
  /** Name of the target: its folder. */
  readonly name: string
  /** What it is for, in one sentence. */
  readonly says: string
  /** A database takes rows and position in one transaction; an API takes one idempotency key per effect. */
  readonly kind: 'database' | 'api'
  /** Models that flow into it. */
  readonly models: readonly ModelName[]
  /** True where the target keeps every effect key with its outcome. */
  readonly history: boolean
  /** APIs: how long the target remembers an idempotency key. */
  readonly keyLifetime?: Duration
  /** APIs: what it bears. */
  readonly limits?: { readonly perSecond?: number; readonly atOnce?: number }
  /** Share of the entities of a model, of at least 100 within a minute, above which one cause of refusal is the target's fault: what comes next waits. */
  readonly rejects: number
  /** Whose state holds where target and hub differ, for all models or for each; `ask` is what is not said. */
  readonly conflict: ConflictRule | { readonly [M in ModelName]?: ConflictRule }
  /** How such a wait ends: when the target would take what comes next, or only when a person says so. */
  readonly resumes: 'by-itself' | 'on-approval'
}
/** `newest`: whoever holds the higher version; where both hold the same one, the steward is asked. */
export type ConflictRule = (typeof conflictRules)[number]
export const conflictRules = ['hub-wins', 'target-wins', 'newest', 'ask'] as const

type Input<Card, Defaults extends keyof Card> = Omit<Card, Defaults> & Partial<Pick<Card, Defaults>>

/** A source's card, checked when it is loaded. */
export function sourceCard(given: Input<SourceCard, 'epoch' | 'rejects' | 'resumes' | 'split'>): SourceCard {
  const card = { epoch: 0, rejects: 0.05, resumes: 'by-itself' as const, split: [], ...given }
  const wrong = [...whatIsMissing(card, ['name', 'says', 'system', 'topic', ...ownership]), ...wrongOwnership(card), ...wrongName(card.name), ...wrongDuration('cadence', card.cadence), ...wrongShare(card.rejects),
    ...(isCount(card.partitions) ? [] : [`partitions is ${card.partitions}, not a whole number from 1`]),
    ...(Number.isInteger(card.epoch) && card.epoch >= 0 && card.epoch <= lastEpoch ? [] : [`epoch is ${card.epoch}, not a whole number from 0 to ${lastEpoch}`])]
  return checked('source', card, wrong)
}

/** A target's card, checked when it is loaded. */
export function targetCard(given: Input<TargetCard, 'history' | 'rejects' | 'resumes' | 'conflict'>): TargetCard {
  const card = { history: false, rejects: 0.05, resumes: 'by-itself' as const, conflict: 'ask' as const, ...given }
  const unknown = card.models.filter((model) => !modelNames.includes(model))
  const wrong = [...whatIsMissing(card, ['name', 'says', ...ownership]), ...wrongOwnership(card), ...wrongName(card.name), ...wrongShare(card.rejects),
    ...(typeof card.conflict === 'string' ? [card.conflict] : Object.values(card.conflict)).filter((it) => !conflictRules.includes(it)).map((it) => `there is no conflict rule ${it}`),
    ...(card.models.length > 0 ? [] : ['models is empty']), ...unknown.map((model) => `${model} is no model`),
    ...(card.keyLifetime === undefined ? [] : wrongDuration('keyLifetime', card.keyLifetime)),
    ...(card.kind === 'api' && card.keyLifetime === undefined ? ['keyLifetime is missing: an API that forgets keys early may double an effect'] : [])]
  return checked('target', card, wrong)
}

const ownership = ['owner', 'steward', 'onCall', 'runbook', 'review'] as const

export function whatIsMissing<C extends object>(card: C, names: readonly (keyof C & string)[]): string[] {
  return names.flatMap((name) => { const value = card[name]; return typeof value === 'string' && value.trim() !== '' ? [] : [`${name} is missing`] })
}
const wrongName = (name: string) => (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`name is ${name}, not lower-case words joined by hyphens`])
const wrongShare = (share: number) => (share > 0 && share <= 1 ? [] : [`rejects is ${share}, not a share above 0 and up to 1`])
export const isCount = (value: number) => Number.isInteger(value) && value >= 1

function wrongOwnership(card: Ownership): string[] {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(card.review) ? new Date(`${card.review}T00:00:00Z`) : new Date(NaN)
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(card.review)
  return [...wrongDuration('tolerance', card.tolerance), ...(isDay ? [] : [`review is ${card.review}, not a day such as 2026-12-31`])]
}
export function wrongDuration(name: string, duration: string): string[] {
  try { return milliseconds(duration) > 0 ? [] : [`${name} is nothing`] } catch (error) { return [`${name}: ${error instanceof Error ? error.message : String(error)}`] }
}

export function checked<C extends object>(what: string, card: C & ({ name: string } | { model: string }), wrong: readonly string[]): C {
  if (wrong.length > 0) throw new Error(`The card of the ${what} ${'name' in card ? card.name : card.model} is wrong: ${wrong.join('; ')}.`)
  return Object.freeze(card)
}
