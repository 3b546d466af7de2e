import type { At, Path } from '../../../../canonical/mapping.ts'
import type { Canonical, ModelName, Models } from '../../../../canonical/models.generated.ts'
import type { Delivery } from '../target.ts'

interface Field { readonly says: string; readonly from: string; readonly get: (value: never) => unknown }
/** A list inside of a body. */
export interface ListField { readonly from: string; readonly table: string; readonly says: string; readonly columns: Readonly<Record<string, Field>>; readonly lists: readonly ListField[] }
/** A collection of the API and what its items hold of a model. */
export interface Resource extends Omit<ListField, 'from'> { readonly model: ModelName; readonly collection: string }

type Fields<S, F> = { [K in keyof F]: { says: string; from: F[K] extends Path<S> ? F[K] : Path<S>; get: (value: At<S, F[K]>) => unknown } }
type Item<L> = NonNullable<L> extends readonly (infer E)[] ? E : never
type ListPath<S> = { [P in Path<S>]: NonNullable<At<S, P>> extends readonly object[] ? P : never }[Path<S>]
declare const of: unique symbol
interface ListOf<S> extends ListField { readonly [of]: S }

export function resource<M extends ModelName, const F>(model: M, it: { collection: string; says: string; fields: Fields<Canonical<M>, F>; lists?: readonly ListOf<NoInfer<Models[M]>>[] }): Resource {
  return { model, collection: it.collection, table: `/${it.collection}/{entity}`, says: it.says, columns: it.fields, lists: it.lists ?? [] } as unknown as Resource
}
export function list<S, const P extends ListPath<S>, const F>(from: P, it: { says: string; fields: Fields<Item<At<S, P>>, F> }): ListOf<S> {
  return { from, table: from, says: it.says, columns: it.fields, lists: [] } as unknown as ListOf<S>
}

/** The body that is put for a record. */
export function bodyOf(resource: Resource): (delivery: Delivery) => string {
  const make = objectOf(resource)
  return ({ meta, content }) => JSON.stringify(make({ ...content, meta }))
}
function objectOf({ columns, lists }: Pick<ListField, 'columns' | 'lists'>): (scope: object) => Record<string, unknown> {
  const fields = Object.entries(columns).map(([name, { from, get }]) => ({ name, path: from.split('.'), get }))
  const inner = lists.map((it) => ({ from: it.from, make: objectOf(it) }))
  return (scope) => {
    const made: Record<string, unknown> = {}
    for (const { name, path, get } of fields) {
      let value: unknown = scope
      for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[step]
      made[name] = get(value as never)
    }
    for (const { from, make } of inner) made[from] = (scope as Record<string, readonly object[]>)[from]!.map(make)
    return made
  }
}
