/** A payload as it may be shown to everybody: its fields, and of each value only what kind it is. Null: it is no JSON. */
export function shapeOf(value: Buffer | null): unknown {
  if (value === null) return null
  try { return masked(JSON.parse(value.toString('utf8')), 0) } catch { return null }
}

const deepest = 12, longest = 5

function masked(value: unknown, depth: number): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return depth > deepest ? ['…'] : [...value.slice(0, longest).map((it) => masked(it, depth + 1)), ...(value.length > longest ? [`… ${value.length - longest} more`] : [])]
  if (typeof value === 'object') return depth > deepest ? { '…': '…' } : Object.fromEntries(Object.entries(value).map(([name, it]) => [nameShown(name), masked(it, depth + 1)]))
  return typeof value === 'string' ? `text of ${value.length}` : typeof value
}

/** A map may be keyed by what a value would be, such as an address. */
const nameShown = (name: string): string => (/^[\w.$-]{1,40}$/.test(name) && !/\d{5}/.test(name) ? name : '(a name)')
