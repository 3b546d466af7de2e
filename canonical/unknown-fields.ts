import type { TSchema } from 'typebox'

/** What a contract knows at one place of the payload: its keys there, or the elements of a list. */
interface Level { path: string; keys: Map<string, Level | null> | null; items: Level | null }

/**
 * Names the payload's fields that a contract does not know: `line_items[].gift_card`. They are allowed; the first sight of one is how
 * a change at the source is noticed. The names are worked out once, so that a payload without surprises costs one look-up a key.
 */
export function unknownFieldsOf(schema: TSchema): (payload: unknown) => readonly string[] {
  const root = levelOf([schema], '')
  if (root === null) return () => none
  return (payload) => {
    const found = walk(payload, root, null)
    return found === null ? none : [...found]
  }
}
const none: readonly string[] = []

/** Made when the first one is met: most payloads have none. */
type Found = Set<string> | null

function walk(value: unknown, level: Level, found: Found): Found {
  if (typeof value !== 'object' || value === null) return found
  if (Array.isArray(value)) { if (level.items !== null) for (let i = 0; i < value.length; i++) found = walk(value[i], level.items, found); return found }
  const { keys } = level
  if (keys === null) return found
  const holder = value as Record<string, unknown>
  for (const key in holder) {
    const inner = keys.get(key)
    if (inner === undefined) found = (found ?? new Set()).add(level.path === '' ? key : `${level.path}.${key}`)
    else if (inner !== null) found = walk(holder[key], inner, found)
  }
  return found
}

interface Schema { properties?: Record<string, Schema>; patternProperties?: object; additionalProperties?: unknown; items?: Schema; anyOf?: Schema[]; allOf?: Schema[] }

/** Null where nothing inside can be unknown: plain values, and maps with free keys. */
function levelOf(schemas: readonly Schema[], path: string): Level | null {
  const all = schemas.flatMap(alternatives)
  const objects = all.filter((it) => it.properties !== undefined)
  const lists = all.flatMap((it) => (it.items === undefined ? [] : [it.items]))
  const free = all.some((it) => it.patternProperties !== undefined || typeof it.additionalProperties === 'object')
  const items = lists.length > 0 ? levelOf(lists, `${path}[]`) : null
  if (free || objects.length === 0) return items === null ? null : { path, keys: null, items }
  const names = new Set(objects.flatMap((it) => Object.keys(it.properties!)))
  const keys = new Map([...names].map((name) => [name, levelOf(objects.flatMap((it) => it.properties![name] ?? []), path === '' ? name : `${path}.${name}`)] as const))
  return { path, keys, items }
}
const alternatives = (schema: Schema): Schema[] => [schema, ...(schema.anyOf ?? []).flatMap(alternatives), ...(schema.allOf ?? []).flatMap(alternatives)]
