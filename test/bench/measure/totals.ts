import pg from 'pg'
import { fromUnscaled } from '../../../canonical/decimal-sum.ts'
import { type Decimal, unscaled } from '../../../canonical/decimal.ts'
import { receiptCodec } from '../../../canonical/codec.ts'
import type { Receipt } from '../../../canonical/models.generated.ts'
import { schemaText } from '../../../canonical/schemas.ts'
import type { Endpoints } from '../../../deploy/local/endpoints.ts'
import type { Manifest } from '../../../deploy/local/feed/manifest.ts'
import type { KafkaConnection } from '../../../services/runtime/kafka/connection.ts'
import { readPartition } from '../../../services/runtime/kafka/read-all.ts'
import { names } from '../../../services/runtime/names.ts'
import { receiptPartitions } from '../../../services/runtime/topics.ts'

const tables = { 'order.v1': 'orders', 'customer.v1': 'customers', 'product.v1': 'products', 'payment.v1': 'payments', 'stock-level.v1': 'stock_levels' } as const
const plain = (amount: string) => fromUnscaled(BigInt(unscaled(amount as Decimal)))

/** Compares targets and books with what the feed says must be there; what differs, in words. */
export async function totalsDiffer({ manifest, endpoints, kafka, targets }: { manifest: Manifest; endpoints: Endpoints; kafka: KafkaConnection; targets: readonly string[] }): Promise<string[]> {
  const wrong: string[] = []
  const same = (what: string, found: unknown, expected: unknown) => { if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push(`${what}: ${JSON.stringify(found)?.slice(0, 300)}, expected ${JSON.stringify(expected)?.slice(0, 300)}`) }
  const sorted = (it: Record<string, string>) => Object.entries(it).map(([key, value]) => [key, plain(value)]).filter(([, value]) => value !== '0').sort(([a], [b]) => (a! < b! ? -1 : 1))

  const pool = new pg.Pool({ connectionString: endpoints.warehouse, max: 1 })
  for (const [model, table] of Object.entries(tables)) {
    same(`rows of ${table}`, (await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n, manifest.models[model as keyof typeof tables]?.alive)
  }
  const pairs = async (sql: string) => Object.fromEntries((await pool.query<{ key: string; total: string }>(sql)).rows.map((it) => [it.key, it.total]))
  same('order totals', sorted(await pairs(`select 'total ' || currency as key, sum(total)::text as total from orders group by currency`)), sorted(manifest.models['order.v1']!.sums))
  same('running totals per customer', sorted(await pairs(`select customer || ' ' || currency as key, total::text from payment_total where customer is not null`)), sorted(manifest.balances))
  await pool.end()

  if (targets.includes('crm-http')) for (const [model, collection] of [['customer.v1', 'customers'], ['order.v1', 'orders']] as const) {
    const { items } = await (await fetch(`${endpoints.crm}/${collection}?limit=10000000`)).json() as { items: unknown[] }
    same(`${collection} in the CRM`, items.length, manifest.models[model]?.alive)
  }

  const receipts = await receiptsOf(kafka)
  const counted = (stage: Receipt['stage'], unit: string | null, model: string | null, outcome: string) => receipts
    .filter((it) => it.stage === stage && (unit === null || it.unit === unit)).flatMap((it) => it.entries)
    .filter((it) => it.model === model && it.outcome === outcome).reduce((sum, it) => sum + it.count, 0)
  const sent = Object.values(manifest.sources)
  same('books: read', counted('TRANSLATE', null, null, 'read'), manifest.sent)
  same('books: mapped', counted('TRANSLATE', null, null, 'mapped'), sent.reduce((sum, it) => sum + it.mapped, 0))
  same('books: rejected and since superseded', counted('TRANSLATE', null, null, 'rejected') + counted('TRANSLATE', null, null, 'superseded'), sent.reduce((sum, it) => sum + it.rejected, 0))
  for (const [model, it] of Object.entries(manifest.models)) {
    same(`books: emitted ${model}`, counted('TRANSLATE', null, model, 'emitted'), it.emitted)
    same(`books: read by the warehouse, ${model}`, counted('DELIVER', 'warehouse-postgres', model, 'read'), it.emitted)
  }
  return wrong
}

/** Every receipt once: a sink may publish one again. */
async function receiptsOf(kafka: KafkaConnection): Promise<Receipt[]> {
  const codec = receiptCodec(), found = new Map<string, Receipt>()
  for (let partition = 0; partition < receiptPartitions; partition++) for await (const records of readPartition(kafka.control, names('').receipts, partition)) for (const { value } of records) {
    const receipt = codec.decode(value!, () => schemaText('receipt.v1'))
    found.set(`${receipt.stage} ${receipt.unit} ${receipt.topic}/${receipt.partition} ${receipt.from} ${receipt.revision}`, receipt)
  }
  return [...found.values()]
}
