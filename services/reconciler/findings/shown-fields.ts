import { fieldsOf } from '../../../canonical/avro-schema.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { schemaOf } from '../../../canonical/schemas.ts'

const known = new Map<ModelName, ReadonlySet<string>>()

/** Whether everybody of the house may see the value at a path: by the class of the field itself, and of all that it lies in. A path that the model does not have is shown to nobody. */
export function shownFields(model: ModelName): (path: string) => boolean {
  const shown = known.get(model) ?? shownIn(model)
  known.set(model, shown)
  return (path) => shown.has(path.replaceAll(/\[\d+\]/g, '[]').replace(/(\[\])+$/, ''))
}

function shownIn(model: ModelName): ReadonlySet<string> {
  const shown = new Set<string>()
  // What a field lies in comes before it.
  for (const { path, field: { privacy, person } } of fieldsOf(schemaOf(model))) {
    const outer = path.includes('.') ? path.slice(0, path.lastIndexOf('.')).replace(/(\[\])+$/, '') : null
    if (person !== true && (privacy === 'public' || privacy === 'internal') && (outer === null || shown.has(outer))) shown.add(path)
  }
  return shown
}
