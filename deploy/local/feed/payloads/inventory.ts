import type { Column } from './debezium.ts'

const column = (field: string, type: string, optional = false): Column => ({ field, type, optional })

/** Debezium's inventory database, as its connectors see it. */
export const tables = {
  customers: [column('id', 'int32'), column('first_name', 'string'), column('last_name', 'string'), column('email', 'string')],
  products: [column('id', 'int32'), column('name', 'string'), column('description', 'string', true), column('weight', 'double', true)],
  products_on_hand: [column('product_id', 'int32'), column('quantity', 'int32')],
} as const

export interface CustomerRow { id: number; first_name: string; last_name: string; email: string }
export interface ProductRow { id: number; name: string; description: string | null; weight: number | null }
export interface StockRow { product_id: number; quantity: number }
