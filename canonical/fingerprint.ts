import { createHash } from 'node:crypto'
import type { Fields, Mapping } from './mapping.ts'
import { pathsOf } from './paths.ts'

const texts = new WeakMap<object, string>()

/** Says what a function means where its source text does not: `oneOf({ … })` always has the same text, whatever its table. */
export function described<F extends object>(get: F, text: string): F {
  texts.set(get, text)
  return get
}
/** What a `get` does, as text. A function that it calls is not seen: change what a mapping says when only that changes. */
export const textOf = (get: object): string => texts.get(get) ?? String(get).replace(/\s+/g, ' ')

/** Equal fingerprints: the same records from the same payload. Any change to a name, a sentence, a path or a `get` makes another one. */
export function fingerprint(mapping: Mapping): string {
  const table = (fields: Fields): unknown[] => Object.entries(fields).map(([name, it]) =>
    'get' in it ? [name, it.says, pathsOf(it), textOf(it.get)]
      : it.kind === 'items' ? [name, it.kind, it.says, it.from, it.missing, textOf(it.item)]
        : [name, it.kind, it.says, it.from, it.missing, table(it.fields)])
  const heads = (['when', 'entity', 'version', 'occurredAt', 'deleted'] as const).flatMap((name) => (mapping[name] ? [[name, mapping[name]] as const] : []))
  return digest([mapping.model, table(Object.fromEntries(heads)), table(mapping.fields)])
}

export const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
