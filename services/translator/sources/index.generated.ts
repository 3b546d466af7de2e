// Generated from the folder names beside this file by generate.ts.
import type { SourceUnit } from './source-unit.ts'
import inventoryCustomersCard from './inventory-customers/card.ts'
import inventoryCustomers from './inventory-customers/mapping.ts'
import inventoryProductsCard from './inventory-products/card.ts'
import inventoryProducts from './inventory-products/mapping.ts'
import inventoryStockCard from './inventory-stock/card.ts'
import inventoryStock from './inventory-stock/mapping.ts'
import shopifyOrdersCard from './shopify-orders/card.ts'
import shopifyOrders from './shopify-orders/mapping.ts'
import stripeEventsCard from './stripe-events/card.ts'
import stripeEvents from './stripe-events/mapping.ts'
import woocommerceOrdersCard from './woocommerce-orders/card.ts'
import woocommerceOrders from './woocommerce-orders/mapping.ts'

/** Every source, by name. */
export const sources = {
  'inventory-customers': { card: inventoryCustomersCard, source: inventoryCustomers },
  'inventory-products': { card: inventoryProductsCard, source: inventoryProducts },
  'inventory-stock': { card: inventoryStockCard, source: inventoryStock },
  'shopify-orders': { card: shopifyOrdersCard, source: shopifyOrders },
  'stripe-events': { card: stripeEventsCard, source: stripeEvents },
  'woocommerce-orders': { card: woocommerceOrdersCard, source: woocommerceOrders },
} satisfies Record<string, SourceUnit>

export type SourceName = keyof typeof sources
export const sourceNames = Object.keys(sources) as SourceName[]
