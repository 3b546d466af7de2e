import type { ModelName } from './models.generated.ts'
import { schemaOf } from './schemas.ts'
import { Skim } from './skim.ts'

const skims = new Map<ModelName, Skim>()
/** How a model's records are read without building them. Whoever asks gets the same one, so places noted by one are understood by all. */
export function skimOf(model: ModelName): Skim {
  const skim = skims.get(model) ?? new Skim(schemaOf(model), model)
  skims.set(model, skim)
  return skim
}
