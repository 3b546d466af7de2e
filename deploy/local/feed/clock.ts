import type { Random } from './random.ts'

/** The time of the sample world, in seconds since 1970. */
export interface Clock { now(): number; tick(): void }

const start = Date.UTC(2025, 0, 6, 8) / 1000

/** With a seed: a clock that only the records move, so that the same seed gives the same bytes. */
export function virtualClock(random: Random): Clock {
  let at = start
  return { now: () => at, tick: () => { at += random.below(3) } }
}

/** Without a seed: the time it is. */
export const realClock = (): Clock => ({ now: () => Math.floor(Date.now() / 1000), tick: () => {} })
