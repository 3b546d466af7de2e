import type { Draft } from './draft.ts'
import type { Random } from './random.ts'
import type { SourceName } from './sources.ts'

/** Breaks one thing in a payload that was good. */
type Break = (payload: object) => void
const set = (path: string, value: unknown): Break => (payload) => {
  const steps = path.split('.'), last = steps.pop()
  const holder = steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], payload)
  if (last === undefined || typeof holder !== 'object' || holder === null) throw new Error(`the payload has no ${path}`)
  if (value === undefined) delete (holder as Record<string, unknown>)[last]
  else (holder as Record<string, unknown>)[last] = value
}

/** What may be wrong with the text of any payload. */
const texts: Record<string, (text: string) => Buffer> = {
  'broken-json': (text) => Buffer.from(text.slice(0, text.length - 1 - Math.floor(text.length / 3))),
  'empty': () => Buffer.alloc(0),
  'not-an-object': () => Buffer.from('["an", "array"]'),
  'duplicate-key': (text) => Buffer.from(`{"twice":1,"twice":2,${text.slice(1)}`),
  'invalid-utf8': (text) => Buffer.concat([Buffer.from('{"latin1":"caf'), Buffer.from([0xe9]), Buffer.from(`",${text.slice(1)}`)]),
  'too-deep': (text) => Buffer.from(`{"deep":${'['.repeat(10_000)}${']'.repeat(10_000)},${text.slice(1)}`),
  'not-a-number': (text) => Buffer.from(`{"ratio":NaN,${text.slice(1)}`),
}

const truncate: Break = (payload) => { Object.assign(payload, { op: 't', before: null, after: null }) }

const fields: Record<SourceName, Record<string, Break>> = {
  'shopify-orders': {
    'missing-id': set('id', undefined), 'unknown-status': set('financial_status', 'almost_paid'), 'wrong-type': set('total_price', 12.5), 'comma-amount': set('total_price', '12,50'),
    'local-time': set('updated_at', '2025-01-06T08:00:00'), 'unknown-currency': set('currency', 'EURO'), 'lone-surrogate': set('name', '#10\ud800'), 'too-precise': set('total_tax', '0.1234567891'),
    'missing-lines': set('line_items', undefined), 'bad-customer': set('customer', { id: 6_900_000_000_001, updated_at: 'yesterday' }),
  },
  'woocommerce-orders': {
    'missing-id': set('id', undefined), 'unknown-status': set('status', 'almost-paid'), 'wrong-type': set('total', 12.5), 'comma-amount': set('total', '12,50'), 'no-time': set('date_modified_gmt', 'soon'), 'unknown-currency': set('currency', 'EURO'),
  },
  'stripe-events': {
    'missing-id': set('data.object.id', undefined), 'missing-created': set('created', undefined), 'wrong-type': set('data.object', 'see attachment'), 'no-kind': set('type', 7),
  },
  'inventory-customers': { 'truncate': truncate, 'unknown-operation': set('op', 'x'), 'missing-source': set('source', undefined), 'wrong-type': set('after', 'Anne') },
  'inventory-products': { 'truncate': truncate, 'unknown-operation': set('op', 'x'), 'missing-source': set('source', undefined), 'wrong-type': set('after', 'hammer') },
  'inventory-stock': { 'truncate': truncate, 'unknown-operation': set('op', 'x'), 'missing-source': set('source', undefined), 'wrong-type': set('after', 7) },
}

/** Where Stripe moves money, its amount is checked too. */
const movements = ['charge.succeeded', 'charge.captured', 'refund.created', 'charge.dispute.created']
const money: Record<string, Break> = { 'unknown-currency': set('data.object.currency', 'doubloon'), 'negative-amount': (payload) => { set('data.object.amount', -5)(payload); set('data.object.amount_captured', -5)(payload) }, 'unknown-status': set('data.object.status', 'almost') }

/** What can be wrong with records of this source. */
export const badKinds = (source: SourceName): readonly string[] => [...Object.keys(texts), ...Object.keys(fields[source]), ...(source === 'stripe-events' ? Object.keys(money) : [])]

/** A record that must be refused, made of one that was good. */
export function spoil({ source, payload }: Draft, random: Random): { kind: string; value: Buffer } {
  if (payload === null) throw new Error('a tombstone has nothing to spoil')
  const breaks = 'type' in payload && movements.some((type) => type === payload.type) ? { ...fields[source], ...money } : fields[source]
  const kind = random.pick([...Object.keys(texts), ...Object.keys(breaks)]), text = texts[kind]
  if (text !== undefined) return { kind, value: text(JSON.stringify(payload)) }
  // Where Debezium embeds the schema, the event lies one level deeper.
  breaks[kind]?.('schema' in payload && 'payload' in payload ? payload.payload as object : payload)
  return { kind, value: Buffer.from(JSON.stringify(payload)) }
}
