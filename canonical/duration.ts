/** An ISO 8601 duration: `PT15M`, `PT36H`, `P1D`, `P2W`. No months and years: they have no length. */
export type Duration = `P${string}`

export function milliseconds(duration: string): number {
  const parts = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
  if (parts === null) throw new Error(`${duration} is no ISO 8601 duration of weeks, days, hours, minutes and seconds`)
  const [weeks, days, hours, minutes, seconds] = parts.slice(1).map((part) => (part === undefined ? 0 : Number(part))) as [number, number, number, number, number]
  return ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}
