/** The sources of the sample feed, their topics, and their share of a feed of all. */
export const sources = {
  'shopify-orders': { topic: 'source.shopify.orders', share: 40 },
  'stripe-events': { topic: 'source.stripe.events', share: 25 },
  'inventory-stock': { topic: 'source.inventory.stock', share: 15 },
  'woocommerce-orders': { topic: 'source.woocommerce.orders', share: 10 },
  'inventory-customers': { topic: 'source.inventory.customers', share: 6 },
  'inventory-products': { topic: 'source.inventory.products', share: 4 },
} as const
export type SourceName = keyof typeof sources
export const sourceNames = Object.keys(sources) as SourceName[]
