import { fieldsOf, type AvroField } from '../../../canonical/avro-schema.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { shape } from '../../../canonical/refused.ts'
import { schemaOf } from '../../../canonical/schemas.ts'
import type { FieldDifference } from '../findings/finding.ts'

const mostFields = 20, longest = 80

/** The fields of one model that differ, by path. What is not public or internal is shown as its shape. */
export function fieldDifferences(model: ModelName, hub: object, there: object): FieldDifference[] {
  const left = flat(hub), right = flat(there), shows = shownIn(model)
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

/** Each field is as private as itself, or as what it lies in where that says more. */
function shownIn(model: ModelName): (path: string) => boolean {
  const open = new Map([...fieldsOf(schemaOf(model))].map(({ path, field }) => [path, isOpen(field)]))
  return (path) => {
    const steps = path.replaceAll(/\[\d+\]/g, '[]').split('.')
    return steps.every((_, at) => open.get(steps.slice(0, at + 1).join('.').replace(/(\[\])+$/, '')) ?? false)
  }
}
const isOpen = ({ privacy, person }: AvroField): boolean => person !== true && (privacy === 'public' || privacy === 'internal')
function shown(open: boolean, value: unknown): string {
  if (!open || value === undefined) return shape(value)
  const text = String(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
