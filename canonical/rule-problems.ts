import type { Mapping } from './mapping.ts'
import type { Problem } from './rejected.ts'
import type { Broken } from './rule-check.ts'
import { ruleCode } from './rules.ts'
import { rows } from './sheet.ts'

/** The rules that refuse a record, as problems: each with the source paths that its field is made of, as far as the mapping says. `at` is the place in the list that the mapping is given one by one. */
export function ruleProblems(mapping: Mapping, broken: readonly Broken[], at: number): Problem[] {
  return broken.filter(({ rule }) => rule.broken === 'reject').map(({ name, rule, field, got }) =>
    ({ field, from: [...new Set(field.split(', ').flatMap((it) => pathsOf(mapping, it, at)))], code: ruleCode(name), expected: rule.says, got }))
}

const known = new WeakMap<Mapping, ReadonlyMap<string, readonly string[]>>()

function pathsOf(mapping: Mapping, field: string, at: number): string[] {
  let table = known.get(mapping)
  if (table === undefined) known.set(mapping, table = new Map(rows(mapping).map((row) => [row.field, row.from])))
  const places = [...(mapping.contract.named?.list ? [at] : []), ...[...field.matchAll(/\[(\d+)\]/g)].map(([, place]) => Number(place))]
  // What a table makes in one piece is known by its name alone.
  for (let name = field.replace(/\[\d+\]/g, '[]'); name !== ''; name = name.replace(/(\.|^)[^.]*$/, '')) {
    const from = table.get(name) ?? table.get(name.replace(/\[\]$/, ''))
    if (from !== undefined) return from.map((path) => { let next = 0; return path.replaceAll('[]', () => { const place = places[next++]; return place === undefined ? '[]' : `[${place}]` }) })
  }
  return []
}
