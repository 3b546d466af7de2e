import type { ModelName } from '../../../canonical/models.generated.ts'
import { shape } from '../../../canonical/refused.ts'
import type { FieldDifference } from '../findings/finding.ts'
import { shownFields } from '../findings/shown-fields.ts'

const mostFields = 20, longest = 80

/** The fields of one model that differ, by path. What is not public or internal is shown as its shape. */
export function fieldDifferences(model: ModelName, hub: object, there: object): FieldDifference[] {
  const left = flat(hub), right = flat(there), shows = shownFields(model)
  return [...new Set([...left.keys(), ...right.keys()])].filter((path) => path !== 'meta' && !path.startsWith('meta.') && left.get(path) !== right.get(path))
    .slice(0, mostFields).map((field) => ({ field, hub: shown(shows(field), left.get(field)), there: shown(shows(field), right.get(field)) }))
}

/** Values that are no lists or records, by path; an empty list is a value. */
function flat(value: unknown, path = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value) && value.length > 0) value.forEach((it, at) => flat(it, `${path}[${at}]`, into))
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) for (const [name, it] of Object.entries(value)) flat(it, path === '' ? name : `${path}.${name}`, into)
  else into.set(path, Array.isArray(value) ? '[]' : value)
  return into
}

function shown(open: boolean, value: unknown): string {
  if (!open || value === undefined) return shape(value)
  const text = String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
