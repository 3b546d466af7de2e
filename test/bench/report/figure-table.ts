import type { Figure } from '../measure/figure.ts'
import type { Ratios } from '../measure/ratios.ts'

/** Figures for a terminal: medians, with the spread where there was more than one round. */
export function tableOf(figures: readonly Figure[], ratios: Readonly<Record<string, Ratios>>): string {
  const blocks = figures.map(({ contestant, setup, guarantee, records, rounds, values, foreignCores }) => [
    `${contestant}${setup === undefined ? '' : `, ${setup}`}: ${records} records, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ${guarantee}`,
    ...Object.entries({ ...values, other_work_cores: foreignCores }).map(([name, { median, min, max }]) =>
      `  ${name.padEnd(36)} ${String(median).padStart(10)}${rounds === 1 ? '' : `   ${min} … ${max}`}`),
  ].join('\n'))
  const beside = Object.entries(ratios).map(([rival, { rate, cpu }]) => `ours beside ${rival}: ${rate} times the rate, ${cpu} times as far with the same CPU`)
  return `${[...blocks, ...(beside.length === 0 ? [] : [beside.join('\n')])].join('\n\n')}\n`
}
