/** `half-up`: a half goes away from zero, 2.345 to 2.35 and -2.345 to -2.35. `truncate`: what is too fine is left out. */
export type How = 'half-up' | 'truncate'

/** A whole number rounded to a multiple of `unit`; exact as long as all of them are safe. */
export function rounded(value: number, unit: number, how: How): number {
  const rest = value % unit, base = value - rest
  return how === 'half-up' && Math.abs(rest) * 2 >= unit && rest !== 0 ? base + Math.sign(rest) * unit : base
}

/** The same for numbers of any length. */
export function roundedBig(value: bigint, unit: bigint, how: How): bigint {
  const rest = value % unit, base = value - rest
  return how === 'half-up' && (rest < 0n ? -rest : rest) * 2n >= unit && rest !== 0n ? base + (rest < 0n ? -unit : unit) : base
}
