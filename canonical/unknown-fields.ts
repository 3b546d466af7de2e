import type { TSchema } from 'typebox'

/** What a contract knows at one place of the payload: its keys there, or the elements of a list. `last`: the keys that the object before had, in their order. */
interface Level { path: string; keys: Map<string, Level | null> | null; items: Level | null; last: Key[] }
/** `inner` undefined: the contract does not know it. */
interface Key { key: string; inner: Level | null | undefined; name: string }

/**
 * Names the payload's fields that a contract does not know: `line_items[].gift_card`. They are allowed; the first sight of one is how
 * a change at the source is noticed. A source sends the same keys in the same order, so that a key mostly costs one comparison.
 */
export function unknownFieldsOf(schema: TSchema): (payload: unknown) => readonly string[] {
  const root = levelOf([schema], '')
  if (root === null) return () => none
  let before: readonly string[] = none, answer = none
  return (payload) => {
    const met = walk(payload, root, none)
    if (met === none) return none
    if (met.length !== before.length || met.some((name, i) => name !== before[i])) { before = met; answer = [...new Set(met)] }
    return answer
  }
}
const none: readonly string[] = []

/** The unknown ones as they are met; a list of its own is made for the first. */
function walk(value: unknown, level: Level, met: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null) return met
  if (Array.isArray(value)) { if (level.items !== null) for (let i = 0; i < value.length; i++) met = walk(value[i], level.items, met); return met }
  const { keys, last } = level
  if (keys === null) return met
  const holder = value as Record<string, unknown>
  let at = 0
  for (const key in holder) {
    let it = last[at]
    if (it === undefined || it.key !== key) {
      it = { key, inner: keys.get(key), name: level.path === '' ? key : `${level.path}.${key}` }
      if (at < mostKept) last[at] = it
    }
    at++
    if (it.inner === undefined) { if (met === none) met = [it.name]; else (met as string[]).push(it.name) }
    else if (it.inner !== null) met = walk(holder[key], it.inner, met)
  }
  return met
}
/** Where keys are data there is no end of them. */
const mostKept = 300

interface Schema { properties?: Record<string, Schema>; patternProperties?: object; additionalProperties?: unknown; items?: Schema; anyOf?: Schema[]; allOf?: Schema[] }

/** Null where nothing inside can be unknown: plain values, and maps with free keys. */
function levelOf(schemas: readonly Schema[], path: string): Level | null {
  const all = schemas.flatMap(alternatives)
  const objects = all.filter((it) => it.properties !== undefined)
  const lists = all.flatMap((it) => (it.items === undefined ? [] : [it.items]))
  const free = all.some((it) => it.patternProperties !== undefined || typeof it.additionalProperties === 'object')
  const items = lists.length > 0 ? levelOf(lists, `${path}[]`) : null
  if (free || objects.length === 0) return items === null ? null : { path, keys: null, items, last: [] }
  const names = new Set(objects.flatMap((it) => Object.keys(it.properties!)))
  const keys = new Map([...names].map((name) => [name, levelOf(objects.flatMap((it) => it.properties![name] ?? []), path === '' ? name : `${path}.${name}`)] as const))
  return { path, keys, items, last: [] }
}
const alternatives = (schema: Schema): Schema[] => [schema, ...(schema.anyOf ?? []).flatMap(alternatives), ...(schema.allOf ?? []).flatMap(alternatives)]
