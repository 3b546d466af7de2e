import type { Look, Progress } from './look.ts'
import { place } from './marks.ts'
import { oldestOf } from './proven.ts'

/** How far a target is proven for one source partition; times in milliseconds. */
export interface VerifiedRow { readonly target: string; readonly topic: string; readonly partition: number; readonly source: string; readonly through: number; readonly oldest: number | null; readonly at: number; readonly held: 'translate' | 'deliver' | 'difference' | null }

/** What a look proves. `waiting`: the time of the oldest record that no receipt accounts for, by `topic/partition`; null where there was none when the look began, at `at`. */
export function verifiedRows({ progress, prefixes, gaps }: Pick<Look, 'progress' | 'prefixes' | 'gaps'>, waiting: ReadonlyMap<string, number | null>, at: number): VerifiedRow[] {
  const broken = new Set(gaps.map(({ of, partition }) => place(of.topic, partition)))
  return (progress ?? []).map((it): VerifiedRow => {
    const { of: { source, topic }, target, partition, lowest, from, through } = it, here = place(topic, partition), waits = waiting.get(here)!
    const held = it.differs || broken.has(here) ? 'difference' : lowest !== null ? 'deliver' : waits !== null ? 'translate' : null
    return { target, topic, partition, source, through, at, oldest: oldestOf({ ...it, waiting: waits }, from === null ? null : prefixes.get(`${here}/${from}`) ?? null), held }
  })
}

/** Of each source partition that a look is about: where its receipts end. */
export const frontiers = (progress: readonly Progress[]): ReadonlyMap<string, Progress> => new Map(progress.map((it) => [place(it.of.topic, it.partition), it]))
