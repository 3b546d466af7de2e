/** One figure over all rounds. */
export interface Spread { readonly median: number; readonly min: number; readonly max: number }

export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('there is no spread of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return { median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min: sorted[0]!, max: sorted.at(-1)! }
}

/** Digits that mean something. */
export const rounded = (value: number): number => (value === 0 ? 0 : Number(value.toPrecision(Math.abs(value) >= 1000 ? 5 : 3)))
