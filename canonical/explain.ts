import { checkedEntity, exactVersion } from './key.ts'
import type { Entry, Fields, Items, Mapping, Nested } from './mapping.ts'
import { ifMissing } from './missing.ts'
import { pathsOf, valueAt } from './paths.ts'
import { Refused, shape } from './refused.ts'
import { Rejected, type Problem } from './rejected.ts'

/** Runs the table once more, field by field, to name everything that was refused. Only a refused record pays for it. */
export function explain(mapping: Mapping, payload: unknown): Rejected | null {
  const problems: Problem[] = []

  const attempt = <T>(field: string, from: string[], get: () => T): T | undefined => {
    try { return get() } catch (error) {
      problems.push(problemOf(field, from, error))
      return undefined
    }
  }
  const entry = (field: string, at: string, scope: unknown, it: Entry, check = (value: unknown) => value) => {
    const paths = pathsOf(it), { get } = it
    return attempt(field, paths.map((path) => at + path), () => check(get(...(paths.map((path) => valueAt(scope, path)) as never[]))))
  }
  const table = (fields: Fields, field: string, at: string, scope: unknown) => {
    for (const [name, it] of Object.entries(fields)) {
      if ('get' in it) entry(field + name, at, scope, it)
      else inside(field + name, at, scope, it)
    }
  }
  const inside = (field: string, at: string, scope: unknown, it: Nested | Items) => {
    if (it.kind === 'group') return table(it.fields, `${field}.`, at, scope)
    const inner = valueAt(scope, it.from)
    if (inner === null || inner === undefined) attempt(field, [at + it.from], () => ifMissing(inner, it.missing ?? ''))
    else if (it.kind === 'part') table(it.fields, `${field}.`, `${at}${it.from}.`, inner)
    else for (const [i, item] of (inner as unknown[]).entries()) {
      const path = `${at}${it.from}[${i}]`, { kind } = it
      if (kind === 'items') { const { item: get } = it; attempt(`${field}[${i}]`, [path], () => get(item as never)) }
      else table(it.fields, `${field}[${i}].`, `${path}.`, item)
    }
  }

  if (mapping.when && entry('when', '', payload, mapping.when) === false) return null
  entry('entity', '', payload, mapping.entity, checkedEntity as (value: unknown) => unknown)
  entry('version', '', payload, mapping.version, exactVersion as (value: unknown) => unknown)
  if (mapping.occurredAt) entry('occurredAt', '', payload, mapping.occurredAt)
  if (!(mapping.deleted && entry('deleted', '', payload, mapping.deleted) === true)) table(mapping.fields, '', '', payload)
  return problems.length > 0 ? new Rejected(problems) : null
}

/** What a `get` threw, as a problem. A bug in it is a data error of the records that meet it: its neighbours flow. */
export function problemOf(field: string, from: readonly string[], error: unknown): Problem {
  if (error instanceof Refused) return { field, from: [...from], code: error.code, expected: error.expected, got: error.got }
  // The message may hold the value: only the class of the error and its place are told.
  const name = error instanceof Error ? error.name : shape(error)
  const stack = error instanceof Error && error.stack ? error.stack.slice(String(error).length) : ''
  const place = /^\s+at .*?([^/\\(\s]+:\d+):\d+\)?$/m.exec(stack)?.[1]
  return { field, from: [...from], code: 'mapping.threw', expected: 'a value or a refusal', got: place === undefined ? name : `${name} at ${place}` }
}
