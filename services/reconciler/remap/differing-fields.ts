import type { ModelName } from '../../../canonical/models.generated.ts'
import { shape } from '../../../canonical/refused.ts'
import { shownFields } from '../findings/shown-fields.ts'

export interface Difference { readonly field: string; readonly from: string; readonly to: string }

const longest = 60

/** The fields in which two states of a model differ, each once, with values where everybody may see them. Null: deleted. */
export function differingFields(model: ModelName, from: object | null, to: object | null): Difference[] {
  if (from === null || to === null) return from === to ? [] : [{ field: '(deleted)', from: from === null ? 'deleted' : 'a state', to: to === null ? 'deleted' : 'a state' }]
  const shows = shownFields(model), found = new Map<string, Difference>()
  const walk = (a: unknown, b: unknown, path: string): void => {
    if (a === b) return
    if (isObject(a) && isObject(b)) {
      for (const name of Object.keys(b)) if (path !== '' || name !== 'meta') walk(a[name], b[name], path === '' ? name : `${path}.${name}`)
    } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) a.forEach((it, at) => { walk(it, b[at], typeof it === 'object' ? `${path}[]` : path) })
    else if (!found.has(path)) {
      // A list that is longer, or a part that is missing, holds fields of several classes: its shape says enough.
      const says = (it: unknown) => (shows(path) && (it === null || typeof it !== 'object') ? text(it) : shape(it))
      found.set(path, { field: path, from: says(a), to: says(b) })
    }
  }
  walk(from, to, '')
  return [...found.values()]
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const text = (value: unknown): string => { const it = value === null ? 'null' : String(value); return it.length > longest ? `${it.slice(0, longest)}…` : it }
