import type { Draft } from '../draft.ts'
import type { SourceName } from '../sources.ts'
import type { World } from '../world.ts'
import { inventoryCustomers } from './inventory-customers.ts'
import { inventoryProducts } from './inventory-products.ts'
import { inventoryStock } from './inventory-stock.ts'
import { shopifyOrders } from './shopify-orders.ts'
import { stripeEvents } from './stripe-events.ts'
import { woocommerceOrders } from './woocommerce-orders.ts'

/** What each source tells of the world, one record at a time. */
export const streams: Record<SourceName, (world: World) => () => Draft> = {
  'shopify-orders': shopifyOrders, 'stripe-events': stripeEvents, 'inventory-customers': inventoryCustomers,
  'inventory-products': inventoryProducts, 'inventory-stock': inventoryStock, 'woocommerce-orders': woocommerceOrders,
}
