import type { Figure } from './figure.ts'
import { rounded } from './spread.ts'

/** Ours beside a rival's, from one run: above 1 ours is better. */
export interface Ratios { readonly rate: number; readonly cpu: number }

/** Which values are compared: records (or rows) a second, and the CPU that counts. */
export interface Compared { readonly rate: string; readonly cpu: readonly string[] }

export function ratiosOf(ours: Figure, rivals: readonly Figure[], { rate, cpu }: Compared): Record<string, Ratios> {
  const median = (figure: Figure, name: string): number => {
    const found = figure.values[name]
    if (found === undefined) throw new Error(`the figure of ${figure.contestant} has no ${name}`)
    return found.median
  }
  const cost = (figure: Figure) => cpu.reduce((sum, name) => sum + median(figure, name), 0)
  return Object.fromEntries(rivals.map((it) => [it.contestant, { rate: rounded(median(ours, rate) / median(it, rate)), cpu: rounded(cost(it) / cost(ours)) }]))
}
