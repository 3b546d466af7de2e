import { sources } from '../../translator/sources/index.generated.ts'
import type { AuditRange } from './audited-part.ts'

/** What an audit is asked for: `shopify-orders`, or a stretch of one partition, `shopify-orders/2/4096-8192`. Null: that is none. */
export function rangeOf(subject: string): AuditRange | null {
  const found = /^([a-z0-9-]+)(?:\/(\d{1,6})(?:\/(\d{1,15})-(\d{1,15})?)?)?$/.exec(subject)
  if (found === null || !Object.hasOwn(sources, found[1]!)) return null
  const [, source, partition, from, to] = found as unknown as [string, string, string?, string?, string?]
  const range = { source, partition: partition === undefined ? null : Number(partition), from: Number(from ?? 0), to: to === undefined ? Infinity : Number(to) }
  return range.from < range.to ? range : null
}
