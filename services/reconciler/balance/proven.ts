import { blockSize } from '../../runtime/books.ts'

/** A block that is not balanced. Times in milliseconds; null: nobody has said. */
export interface OpenBlock { readonly block: number; readonly oldest: number | null; readonly whole: boolean }
/** What one look shows of one source partition and one target. */
export interface PartitionLook {
  /** Receipts account for everything before it. */
  readonly translated: number
  /** Where it was proven before. */
  readonly before: number
  /** The lowest block that is not balanced. */
  readonly lowest: OpenBlock | null
  /** Of the other ones: the time of the oldest record. */
  readonly others: number | null
  /** Time of the oldest record that no receipt accounts for yet; null: there was none when the look began. */
  readonly waiting: number | null
}

/** Everything before this offset has arrived at the target. */
export function throughOf({ translated, before, lowest }: Pick<PartitionLook, 'translated' | 'before' | 'lowest'>): number {
  if (lowest === null) return translated
  return Math.min(translated, isProven(before, lowest) ? before : lowest.block * blockSize)
}

/** What was equal at an earlier look has arrived, whatever has been added to the block since; unless it was changed in between. */
export const isProven = (before: number, { block, whole }: OpenBlock): boolean => !whole && before > block * blockSize && before < (block + 1) * blockSize

/** Time of the oldest record that is not proven to be there; null: there is none. `prefix`: of those behind the part of the lowest block that is proven, where that is known. */
export function oldestOf({ lowest, others, waiting, translated }: Omit<PartitionLook, 'before'>, prefix: number | null): number | null {
  const times: number[] = []
  if (lowest !== null) {
    const time = prefix ?? lowest.oldest
    // A block without a time that was not translated yet: the oldest of what waits is older.
    if (time !== null) times.push(time)
    else if (lowest.block * blockSize < translated || waiting === null) times.push(0)
  }
  if (others !== null) times.push(others)
  if (waiting !== null) times.push(waiting)
  return times.length === 0 ? null : Math.min(...times)
}
