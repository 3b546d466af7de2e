import type { SourceCard, TargetCard } from './card.ts'
import type { Entry } from './mapping.ts'
import type { ModelCard } from './model-card.ts'
import type { ModelName } from './models.generated.ts'
import type { RuleSet } from './rules.ts'
import type { Source } from './source.ts'

/** A route as cards and mappings declare it: who can carry a model from this source to this target. */
export interface DeclaredRoute {
  readonly source: SourceCard
  readonly model: ModelCard
  readonly target: TargetCard
  /** Where the version comes from: one entry for each mapping of the source that gives this model. */
  readonly versions: readonly Entry[]
}

export interface Declared {
  readonly sources: readonly { readonly card: SourceCard; readonly source: Source & { readonly ruled?: readonly RuleSet[] } }[]
  readonly models: { readonly [M in ModelName]: ModelCard<M> }
  readonly targets: readonly TargetCard[]
}

/** Every source and target that share a model. */
export function declaredRoutes({ sources, models, targets }: Declared): DeclaredRoute[] {
  return sources.flatMap(({ card, source }) => {
    const mappings = source.kinds.flatMap((kind) => [...kind.gives])
    const given = [...new Set(mappings.map(({ model }) => model))]
    return given.flatMap((model) => targets.filter((target) => target.models.includes(model)).map((target) => ({
      source: card, model: models[model] as ModelCard, target, versions: mappings.filter((it) => it.model === model).map(({ version }) => version),
    })))
  })
}
