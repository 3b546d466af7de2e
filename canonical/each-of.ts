import type { Contract } from './contract.ts'
import type { At, Item, ListPath, Path } from './mapping.ts'
import { valueAt } from './paths.ts'
import { Rejected } from './rejected.ts'

/** What a contract calls by a name of its own: the elements of a list, or a record deep in the payload. */
export interface Named { readonly path: string; readonly as: string; readonly list: boolean }

/** The payload once for each element of a list in it, with that element beside the rest under a name of its own. */
export function eachOf<S, const P extends ListPath<S>, const N extends string>(contract: Contract<S>, path: P, as: N): Contract<S & { [K in N]: Item<At<S, P>> }> {
  return { schema: contract.schema, check: contract.check, problems: contract.problems, named: { path, as, list: true } }
}

/** The payload with a record of it under a name of its own, so that one table reads it wherever it stands. */
export function named<S, const P extends Path<S>, const N extends string>(contract: Contract<S>, path: P, as: N): Contract<S & { [K in N]: At<S, P> }> {
  return { schema: contract.schema, check: contract.check, problems: contract.problems, named: { path, as, list: false } }
}

export function spread({ path, as, list }: Named, payload: unknown): unknown[] {
  const found = valueAt(payload, path)
  const elements = list ? ((found ?? []) as unknown[]) : [found]
  return elements.map((element) => ({ ...(payload as object), [as]: element }))
}

/** The name's path in the payload as it was sent; `at` tells the place in a list. */
export const wholePath = (from: string, { path, as, list }: Named, at: number | '' = '') => (from.startsWith(`${as}.`) ? `${path}${list ? `[${at}]` : ''}${from.slice(as.length)}` : from)

/** What was refused, by its place in the payload as it was sent. */
export function atItsPlace(error: Rejected, name: Named, at: number): Rejected {
  return new Rejected(error.problems.map((problem) => ({ ...problem, from: problem.from.map((from) => wholePath(from, name, at)) })))
}
