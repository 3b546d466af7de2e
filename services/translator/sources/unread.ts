import { pathsOf } from '../../../canonical/paths.ts'
import { unread } from '../../../canonical/sheet.ts'
import type { Source } from '../../../canonical/source.ts'

/** Paths of the contracts that neither a table nor a filter nor the choice of the kind reads. */
export function unreadPaths(source: Source): string[] {
  const schemas = new Set(source.kinds.map((kind) => kind.contract.schema))
  return [...new Set([...schemas].flatMap((schema) => {
    const kinds = source.kinds.filter((kind) => kind.contract.schema === schema)
    const seen = new Set([source.kind, ...kinds.flatMap((kind) => Object.values(kind.filters).flatMap(pathsOf))])
    return unread(kinds.flatMap((kind) => kind.gives)).filter((path) => !seen.has(path))
  }))].sort()
}
