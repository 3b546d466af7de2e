import type { Manifest } from './manifest.ts'

const digits = (value: number): string => value.toLocaleString('en-US')

/** The manifest for a person. */
export function summary(manifest: Manifest): string {
  const lines = [`Seed ${manifest.seed}: ${digits(manifest.sent)} records.`, '', 'Must become           mapped   filtered   rejected   of sent']
  for (const [name, it] of Object.entries(manifest.sources)) {
    const filtered = Object.values(it.filtered).reduce((sum, count) => sum + count, 0)
    lines.push(`${name.padEnd(20)}${[it.mapped, filtered, it.rejected, it.sent].map((count) => digits(count).padStart(9)).join('  ')}`)
    const named = Object.entries(it.filtered).map(([reason, count]) => `${reason} ${digits(count)}`)
    if (named.length > 0) lines.push(`  filtered: ${named.sort().join(', ')}`)
    lines.push(`  ${Object.entries(it.classes).filter(([kind]) => !kind.includes(':')).map(([kind, count]) => `${kind} ${digits(count)}`).join(', ')}`)
  }
  lines.push('', 'Canonical records    emitted     states   entities      alive    deletes')
  for (const [name, it] of Object.entries(manifest.models)) {
    lines.push(`${name.padEnd(18)}${[it.emitted, it.states, it.entities, it.alive, it.deletes].map((count) => digits(count).padStart(9)).join('  ')}`)
    const sums = Object.entries(it.sums)
    if (sums.length > 0) lines.push(`  ${sums.map(([sum, amount]) => `${sum} ${amount}`).join(', ')}`)
  }
  lines.push('', `Running totals of payments: ${digits(Object.keys(manifest.balances).length)} customers and currencies.`)
  return `${lines.join('\n')}\n`
}
