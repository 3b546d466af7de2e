import { Arena } from '../../../canonical/arena.ts'
import type { SourceCard, TargetCard } from '../../../canonical/card.ts'
import { modelCodec, type ModelCodec } from '../../../canonical/codec.ts'
import type { Made } from '../../../canonical/compile.ts'
import { versionIn } from '../../../canonical/key.ts'
import type { ModelName, Models, Rejection } from '../../../canonical/models.generated.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import { ruleCheck, type RuleCheck } from '../../../canonical/rule-check.ts'
import { ofTheRecord, ruleCode, type TargetRuleSet, uniqueIn } from '../../../canonical/rules.ts'
import type { Translation } from '../../../canonical/source.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { deletedMeta } from '../../runtime/deleted-meta.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { Said, State } from './standing.ts'

/** A state on its way to a target. `unless`: what would become of it whatever the target holds; `perhaps`: why it is not certain that the target takes it. */
export interface Ask { readonly target: string; readonly model: ModelName; readonly state: State; readonly unless: Said | null; readonly perhaps: string | null }
/** What becomes of a rejection before any target is asked; null: only the target's holding says. */
export interface Judged { readonly said: Said | null; readonly asks: readonly Ask[] }
export interface Parts {
  readonly sources: readonly { readonly card: SourceCard; readonly source: Translation }[]
  readonly targets: readonly { readonly card: TargetCard; readonly rules: readonly TargetRuleSet[] }[]
  readonly modelOf: (topic: string) => ModelName | undefined
  readonly registry: Pick<Registry, 'schemaOf'>
}

/** What the mappings, rules and schemas of this console make of a refused record: each as the program that refused it would. */
export class Judge {
  readonly #parts: Parts
  readonly #arena = new Arena()
  readonly #codecs = new Map<ModelName, ModelCodec<ModelName>>()
  readonly #checks = new Map<string, RuleCheck | null>()
  readonly #schemas = new Map<number, string | null>()
  constructor(parts: Parts) { this.#parts = parts }

  /** Asks the registry for what canonical records were written with, before it judges them. */
  async learn(rejections: readonly Rejection[]): Promise<void> {
    for (const { stage, value } of rejections) {
      if (stage !== 'DELIVER' || value === null || value.length <= 5 || value[0] !== 0) continue
      const id = schemaIdOf(value)
      if (typeof this.#schemas.get(id) !== 'string') this.#schemas.set(id, await this.#parts.registry.schemaOf(id))
    }
  }

  /** As a source's translator would: the records that it becomes go to every target that takes their model. */
  translated(it: Rejection): Judged {
    const found = this.#parts.sources.find(({ card }) => card.name === it.unit)
    if (found === undefined) return { said: { will: 'fail again', says: 'This hub has no such source any more.' }, asks: [] }
    const { card, source } = found, missed = new Set<string>()
    return orRefused(() => {
      const outcome = source.translateBytes(it.value, { has: ({ name }) => { missed.add(name); return null } })
      if ('filtered' in outcome) return { said: { will: 'be filtered', says: `By ${outcome.filtered}.` }, asks: [] }
      const origin = { topic: it.originTopic, partition: it.originPartition, offset: it.originOffset }
      const states = outcome.records.map((made) => ({ made, state: this.#stateOf(card, made, origin) }))
      const tables = tablesIn(source, missed), unjudged = [...missed].map((name) => `not judged by table ${name}`).join(', ')
      const says = `Becomes ${[...new Set(outcome.records.map(({ model }) => model))].toSorted().join(' and ')}${unjudged === '' ? '' : `; ${unjudged}`}.`
      const perhaps = tables.length === 0 ? null : `Not judged by table ${tables.join(', ')}: the console has no tables.`
      return { said: { will: perhaps === null ? 'pass' : 'be tried', says }, asks: states.flatMap(({ made, state }) => this.#asks(made, state, perhaps)) }
    })
  }

  /** As the target's sink would. */
  delivered(it: Rejection): Judged {
    const model = this.#parts.modelOf(it.originTopic), target = this.#parts.targets.find(({ card }) => card.name === it.unit)
    if (model === undefined || target === undefined) return { said: { will: 'fail again', says: 'This hub has no such target or model any more.' }, asks: [] }
    return orRefused(() => {
      const content = it.value === null ? null : this.#codecOf(model).decode(it.value, this.#schemaOf), state = content === null ? deletedMeta(it) : content.meta
      const causes = [...new Set(it.problems.map(({ code, field }) => `${code} on ${field}`))].join(', ')
      const perhaps = it.code === 'target.refused' ? `The target has refused it for ${causes}, and only it knows whether it would again.` : it.code === 'order.parked' ? 'It waits for an earlier record of its entity, and follows that.' : this.#unique(it.unit, model)
      return { said: null, asks: [{ target: it.unit, model, state, unless: this.#broken(it.unit, model, content), perhaps }] }
    })
  }

  #asks({ model, value }: Made, state: State, perhaps: string | null): Ask[] {
    return this.#parts.targets.filter(({ card }) => card.models.includes(model)).map(({ card }) => ({ target: card.name, model, state, unless: this.#broken(card.name, model, value), perhaps: perhaps ?? this.#unique(card.name, model) }))
  }
  #rulesOf(target: string): readonly TargetRuleSet[] { return this.#parts.targets.find(({ card }) => card.name === target)!.rules }
  #unique(target: string, model: ModelName): string | null {
    const names = uniqueIn(this.#rulesOf(target), model).map(([name]) => ruleCode(name))
    return names.length === 0 ? null : `Whether ${names.join(' and ')} holds only the target can tell.`
  }

  #stateOf({ epoch, name }: SourceCard, made: Made, origin: State['origin']): State {
    const { model, entity, occurredAt, mapping, value } = made, version = versionIn(epoch, made.version), codec = this.#codecOf(model)
    const { effectKey } = value === null ? codec.encodeDelete({ entity, version, revision: 0 }) : codec.encode(0, value as Models[ModelName], { source: name, entity, version, revision: 0, occurredAt, origin, mapping })
    this.#arena.clear()
    return { entity, version, revision: 0, effectKey, origin }
  }

  /** The target's own rules, which are data like the model's. */
  #broken(target: string, model: ModelName, content: unknown): Said | null {
    const key = `${target} ${model}`, check = this.#checks.get(key) ?? ruleCheck(model, ofTheRecord(this.#rulesOf(target)))
    this.#checks.set(key, check)
    const broken = content === null ? [] : (check?.(content as object) ?? []).filter(({ rule }) => rule.broken === 'reject')
    return broken.length === 0 ? null : { will: 'fail again', says: [...new Set(broken.map(({ name, rule }) => `${ruleCode(name)}: ${rule.says}`))].slice(0, 3).join('; ') }
  }

  readonly #schemaOf = (id: number): string => this.#schemas.get(id) ?? unknownSchema(id)

  #codecOf(model: ModelName): ModelCodec<ModelName> {
    let codec = this.#codecs.get(model)
    if (codec === undefined) this.#codecs.set(model, codec = modelCodec(model, this.#arena))
    return codec
  }
}

function unknownSchema(id: number): never { throw new Refused('record.unknown-schema', 'a schema id that the registry knows', id) }

/** Those of these tables by which a record is refused, and not only counted. */
function tablesIn({ ruled }: Translation, names: ReadonlySet<string>): string[] {
  return [...new Set(ruled.flatMap(({ rules }) => Object.values(rules)).flatMap((it) => (it.rule === 'cross-reference' && it.broken === 'reject' && names.has(it.table.name) ? [it.table.name] : [])))]
}

function orRefused(judge: () => Judged): Judged {
  try { return judge() } catch (error) {
    if (error instanceof Rejected) return { said: { will: 'fail again', says: causes(error) }, asks: [] }
    if (error instanceof Refused) return { said: { will: 'fail again', says: `${error.code}: expected ${error.expected}` }, asks: [] }
    throw error
  }
}

const causes = ({ problems }: Rejected): string => [...new Set(problems.map(({ field, code, expected }) => `${field.replaceAll(/\[\d+\]/g, '[]')} ${code}: expected ${expected}`.trim()))].slice(0, 3).join('; ')
