import { Rejected, valueAt } from './compile.ts'
import type { Contract } from './contract.ts'
import type { At, Item, ListPath } from './mapping.ts'

/** The payload once for each element of a list in it, with that element beside the rest under a name of its own. */
export function eachOf<S, const P extends ListPath<S>, const N extends string>(contract: Contract<S>, list: P, as: N): Contract<S & { [K in N]: Item<At<S, P>> }> {
  return { schema: contract.schema, check: contract.check, problems: contract.problems, each: { list, as } }
}

export const spread = ({ list, as }: { list: string; as: string }, payload: unknown): unknown[] =>
  ((valueAt(payload, list) ?? []) as unknown[]).map((element) => ({ ...(payload as object), [as]: element }))

/** A refused element, named by its place in the list. */
export function inList(error: unknown, { list, as }: { list: string; as: string }, index: number): unknown {
  if (!(error instanceof Rejected)) return error
  return new Rejected(error.problems.map((problem) => ({ ...problem, from: problem.from.map((path) => (path.startsWith(`${as}.`) ? `${list}[${index}]${path.slice(as.length)}` : path)) })))
}
