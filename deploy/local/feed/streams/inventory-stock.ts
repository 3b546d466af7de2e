import type { Article } from '../article.ts'
import { track, type Draft } from '../draft.ts'
import { tables, type StockRow } from '../payloads/inventory.ts'
import type { World } from '../world.ts'
import { inventoryTable, type Row } from './inventory-table.ts'

const refill = 500, low = 20

/** The stock table: falls with every order, is filled up when little is left; some articles leave the shelf and come back. */
export function inventoryStock(world: World): () => Draft {
  const { random, articles } = world
  const table = inventoryTable<StockRow>(world, {
    source: 'inventory-stock', table: 'products_on_hand', columns: tables.products_on_hand, sums: (row) => [{ name: 'onHand', currency: null, minor: row.quantity }],
  })
  const rows = new Map<number, Row<StockRow>>()
  const gone = new Set<number>()
  const uncounted = [...articles].reverse()
  return () => table.tombstone() ?? snapshot() ?? move()

  function snapshot(): Draft | undefined {
    const article = uncounted.pop()
    return article && put(article, 'r')
  }

  function put(article: Article, op: 'r' | 'c'): Draft {
    const id = article.number, known = rows.get(id)
    const row = known ?? { tracked: track('stock-level.v1', `inventory:${id}`), key: { product_id: id }, state: 0, lsn: 0, value: { product_id: id, quantity: 0 } }
    row.value = { product_id: id, quantity: 100 + random.below(400) }
    rows.set(id, row)
    gone.delete(id)
    return table.event(row, op, null)
  }

  function move(): Draft {
    const { article, quantity } = world.sold.take() ?? { article: random.pick(articles), quantity: 1 + random.below(3) }
    const row = rows.get(article.number)
    if (row === undefined || gone.has(article.number)) return put(article, 'c')
    if (random.chance(0.01)) { gone.add(article.number); return table.event(row, 'd', row.value) }
    return sell(row, quantity)
  }

  function sell(row: Row<StockRow>, quantity: number): Draft {
    const before = row.value, left = before.quantity < low ? before.quantity + refill : Math.max(0, before.quantity - quantity)
    row.value = { product_id: before.product_id, quantity: left }
    return table.event(row, 'u', before, () => sell(row, 1 + random.below(3)))
  }
}
