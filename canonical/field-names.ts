import type { Mapping } from './mapping.ts'
import type { Problem } from './rejected.ts'
import { rows } from './sheet.ts'

/** Names the canonical fields that would have been made of what breaks the contract: `version, updatedAt` for `updated_at`. */
export function fieldNames(mappings: readonly Mapping[]): (problems: readonly Problem[]) => Problem[] {
  let known: Map<string, Set<string>> | undefined
  return (problems) => {
    known ??= fieldsByPath(mappings)
    return problems.map((problem) => ({ ...problem, field: problem.from.map((path) => nameOf(path, known!)).join(', ') }))
  }
}

const nameOf = (path: string, known: ReadonlyMap<string, ReadonlySet<string>>) => [...(known.get(path.replace(/\[\d+\]/g, '[]')) ?? [])].join(', ')

function fieldsByPath(mappings: readonly Mapping[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>()
  for (const mapping of mappings) for (const { field, from } of rows(mapping)) for (const path of from) {
    const names = fields.get(path) ?? new Set()
    fields.set(path, names.add(field))
  }
  return fields
}
