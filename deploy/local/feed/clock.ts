import type { Random } from './prng.ts'

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

/** `2025-01-06T08:00:00` in UTC. The last minute is remembered: most times of one record lie in it. */
let minute = -1, prefix = ''
export function timeText(seconds: number): string {
  const whole = Math.floor(seconds / 60)
  if (whole !== minute) { minute = whole; prefix = new Date(whole * 60_000).toISOString().slice(0, 17) }
  const rest = seconds - whole * 60
  return rest < 10 ? `${prefix}0${rest}` : prefix + rest
}
/** As a shop in New York writes it: `2025-01-06T03:00:00-05:00`. */
export const newYorkTime = (seconds: number): string => `${timeText(seconds - 5 * 3600)}-05:00`
export const maybe = <A, B>(value: A | null, get: (value: A) => B): B | null => (value === null ? null : get(value))
