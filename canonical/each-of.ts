import { valueAt } from './compile.ts'
import type { Contract } from './contract.ts'
import type { At, Item, ListPath } from './mapping.ts'

/** The payload once for each element of a list in it, with that element beside the rest under a name of its own. */
export function eachOf<S, const P extends ListPath<S>, const N extends string>(contract: Contract<S>, list: P, as: N): Contract<S & { [K in N]: Item<At<S, P>> }> {
  return { schema: contract.schema, check: contract.check, problems: contract.problems, each: { list, as } }
}

export const spread = ({ list, as }: { list: string; as: string }, payload: unknown): unknown[] =>
  ((valueAt(payload, list) ?? []) as unknown[]).map((element) => ({ ...(payload as object), [as]: element }))
