import { changeArticle, type Article } from '../article.ts'
import { track, type Draft } from '../draft.ts'
import { tables, type ProductRow } from '../payloads/inventory.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import { inventoryTable, type Row } from './inventory-table.ts'

/** The products table: the range of the world as a snapshot, then changes, discontinued articles and new ones. */
export function inventoryProducts(world: World): () => Draft {
  const { random, clock, articles } = world
  const table = inventoryTable<ProductRow>(world, { source: 'inventory-products', table: 'products', columns: tables.products, sums: () => [] })
  const rows = makePool<Row<ProductRow> & { article: Article | null }>(random, 2_000)
  let next = 0, extra = 10_000
  return () => table.tombstone() ?? (next < articles.length ? insert(articles[next++] ?? null, 'r') : random.chance(0.4) ? change() : insert(null, 'c'))

  function insert(article: Article | null, op: 'r' | 'c'): Draft {
    const id = article?.number ?? ++extra
    const value: ProductRow = article === null
      ? { id, name: `Sample ${id}`, description: random.chance(0.5) ? null : 'For the shop window', weight: random.chance(0.2) ? null : (1 + random.below(9_000)) / 1000 }
      : { id, name: article.name, description: article.description, weight: article.grams / 1000 }
    const row = { tracked: track('product.v1', `inventory:${id}`), key: { id }, state: 0, lsn: 0, value, article }
    rows.add(row)
    return table.event(row, op, null)
  }

  function change(): Draft {
    const row = rows.any()
    if (row === undefined) return insert(null, 'c')
    // Articles that are still sold are never deleted.
    if (row.article === null && random.chance(0.2)) return remove(row)
    return update(row)
  }

  function update(row: Row<ProductRow> & { article: Article | null }): Draft {
    const before = row.value
    if (row.article !== null) { changeArticle(row.article, random, clock.now()); row.value = { ...before, name: row.article.name, description: `${row.article.description ?? 'Now with a description'}, ${row.state}` } }
    else row.value = { ...before, description: `For the shop window, ${row.state}` }
    return table.event(row, 'u', before, () => (row.article === null && random.chance(0.3) ? remove(row) : update(row)))
  }

  function remove(row: Row<ProductRow> & { article: Article | null }): Draft {
    rows.remove(row)
    return table.event(row, 'd', row.value)
  }
}
