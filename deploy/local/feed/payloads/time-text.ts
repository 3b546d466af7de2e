// The last minute is remembered: most times of one record lie in it.
let minute = -1, prefix = ''

/** `2025-01-06T08:00:00` in UTC. */
export function timeText(seconds: number): string {
  const whole = Math.floor(seconds / 60)
  if (whole !== minute) { minute = whole; prefix = new Date(whole * 60_000).toISOString().slice(0, 17) }
  const rest = seconds - whole * 60
  return rest < 10 ? `${prefix}0${rest}` : prefix + rest
}
/** As a shop in New York writes it: `2025-01-06T03:00:00-05:00`. */
export const newYorkTime = (seconds: number): string => `${timeText(seconds - 5 * 3600)}-05:00`
/** Nothing stays nothing. */
export const maybe = <A, B>(value: A | null, get: (value: A) => B): B | null => (value === null ? null : get(value))
