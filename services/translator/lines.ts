import { hash64 } from '../../canonical/key.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import type { State } from '../../canonical/source.ts'

/**
 * Where a record of strict models stands in order. `entities`: `<model> <entity>` of each that it speaks of; none: they cannot be read, and its Kafka key
 * stands for them, for a source of strict models is keyed so that an entity has one key.
 */
export interface Standing { readonly entities: readonly string[]; readonly key: string | null }

/** A key as it is remembered. Two that were alike by chance would wait for each other, no more. */
const keyName = (key: Buffer): string => (key.length <= 64 ? key.toString('base64url') : hash64(key).toString(36))

/** `states`, `models`: what a record says and what its kind gives, null where that cannot be read. Answers null where it is of no strict model, or nobody can say whose it is. */
export function standingOf(strict: ReadonlySet<ModelName>, states: readonly State[] | null, models: readonly ModelName[] | null, key: Buffer | null): Standing | null {
  const entities = [...new Set((states ?? []).flatMap(({ model, entity }) => (strict.has(model) ? `${model} ${entity}` : [])))]
  const unread = states === null && key !== null && (models === null || models.some((model) => strict.has(model)))
  return entities.length > 0 || unread ? { entities, key: key === null ? null : keyName(key) } : null
}

/** Everybody of this key. */
const allOf = (key: string | null): string[] => (key === null ? [] : [`* ${key}`])
/** Of them those whose entities cannot be read. */
const unreadOf = (key: string | null): string[] => (key === null ? [] : [`? ${key}`])

/** The open records of one partition, by what they hold back. Those of an entity wait for one another; one that cannot be read holds back its key, and waits for whatever has it. */
export class Lines {
  /** Offsets, the first first. */
  readonly #offsets = new Map<string, number[]>()

  add(offset: number, standing: Standing): void { for (const line of linesOf(standing)) insert(this.#offsets, line, offset) }
  remove(offset: number, standing: Standing): void { for (const line of linesOf(standing)) take(this.#offsets, line, offset) }

  /** Most partitions have nobody in a line, and ask no further. */
  get isEmpty(): boolean { return this.#offsets.size === 0 }

  /** Whether a record has to wait: an earlier one is in its way. */
  holds(offset: number, { entities, key }: Standing): boolean {
    for (const line of entities.length > 0 ? [...entities, ...unreadOf(key)] : allOf(key)) if ((this.#offsets.get(line)?.[0] ?? Infinity) < offset) return true
    return false
  }

  /** Who may be free to go when a record leaves: the names of lines. */
  freedBy({ entities, key }: Standing): readonly string[] { return entities.length > 0 ? entities : allOf(key) }

  of(line: string): readonly number[] { return this.#offsets.get(line) ?? [] }
  /** In a line of an entity only the first can go; in one of a key they are of many. */
  static isOfKey(line: string): boolean { return line.startsWith('* ') }
}

const linesOf = ({ entities, key }: Standing): readonly string[] => [...entities, ...(entities.length === 0 ? unreadOf(key) : []), ...allOf(key)]

function insert(lines: Map<string, number[]>, line: string, offset: number): void {
  const those = lines.get(line)
  if (those === undefined) lines.set(line, [offset])
  else those.splice(placeOf(those, offset), 0, offset)
}
function take(lines: Map<string, number[]>, line: string, offset: number): void {
  const those = lines.get(line), at = those === undefined ? -1 : placeOf(those, offset)
  if (those?.[at] !== offset) return
  those.splice(at, 1)
  if (those.length === 0) lines.delete(line)
}
/** Where it is, or would be. */
function placeOf(those: readonly number[], offset: number): number {
  let low = 0, high = those.length
  while (low < high) { const middle = (low + high) >> 1; if (those[middle]! < offset) low = middle + 1; else high = middle }
  return low
}
