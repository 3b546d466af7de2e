// Generated from schemas/*.avsc by generate-models.ts: change the schema, then run that.
import type { Decimal } from './decimal.ts'
import type { Micros } from './micros.ts'

/** Which rejections: those that fit everything that is given. */
export interface Selection {
  /** These. */
  ids: readonly string[] | null
  /** Of this source or target. */
  unit: string | null
  /** With this cause. */
  group: string | null
  /** With this error code. */
  code: string | null
  /** Of this entity. */
  entity: string | null
  /** Refused at this time or later. */
  since: Micros | null
  /** Refused before this time. */
  until: Micros | null
}

/** Which part of a source, by the times of its records on their topic. */
export interface TimeRange {
  /** From the first record of this time or later; null: from the first one that is kept. */
  from: Micros | null
  /** Up to the first record of this time or later; null: to the last one that is translated. */
  to: Micros | null
}

/** Offsets of one partition of a topic. */
export interface OffsetRange {
  /** The topic. */
  topic: string
  /** Its id, as hexadecimal text. */
  topicId: string
  /** The partition. */
  partition: number
  /** The first of them. */
  from: number
  /** The first behind them. */
  to: number
}

/** A partition that is gone on with in a topic of another id, for that continues the one that was read. */
export interface Adoption {
  /** Name of both topics. */
  topic: string
  /** Partition of it. */
  partition: number
  /** Id of the topic that was read. */
  was: string
  /** Id of the topic that is there now. */
  now: string
  /** Next offset to read: it means the same in both. */
  position: number
}

/** What a person asked the programs to do. */
export interface Command {
  /** Unique; a command that comes twice is done once. */
  id: string
  /** What is to be done, such as pause, redrive or accept. */
  act: string
  /** What it is about: a source or target, a command, a finding, or a stretch of a source. */
  subject: string | null
  /** Who asked. */
  actor: string
  /** Why, in the words of who asked. */
  reason: string
  /** When. */
  at: Micros
  /** Of a redrive or discard. */
  selection: Selection | null
  /** Most records a second that a redrive or a remap sends. */
  perSecond: number | null
  /** Of a compare or remap. */
  range: TimeRange | null
  /** Of a bootstrap: what the target will never read, because its topic does not hold it any more. */
  offsets: readonly OffsetRange[] | null
  /** Of an adopt: what the unit goes on with, and nothing else. */
  adopt: readonly Adoption[] | null
}

/** Standing of the account. */
export type CustomerStatus = 'ACTIVE' | 'INVITED' | 'DECLINED' | 'DISABLED'

/** A postal address as the source holds it. */
export interface Address {
  /** Given name of the addressee. */
  firstName: string | null
  /** Family name of the addressee. */
  lastName: string | null
  /** Company at the address. */
  company: string | null
  /** Street and number. */
  line1: string | null
  /** Second address line. */
  line2: string | null
  /** City or town. */
  city: string | null
  /** State, province or county, as the source writes it. */
  region: string | null
  /** Postal code. */
  postalCode: string | null
  /** ISO 3166-1 alpha-2 code. */
  country: string | null
  /** Telephone number at the address. */
  phone: string | null
}

/** A person or company that buys, as one source system knows them. */
export interface Customer {
  /** Identifier in the source system. */
  id: string
  /** Address for mail. */
  email: string | null
  /** True where the address was confirmed. */
  emailVerified: boolean | null
  /** Telephone number. */
  phone: string | null
  /** Given name. */
  firstName: string | null
  /** Family name. */
  lastName: string | null
  /** Name in one piece, where the source does not split it. */
  fullName: string | null
  /** Company. */
  company: string | null
  /** Standing of the account; null where the source does not say. */
  status: CustomerStatus | null
  /** True where mail for marketing was agreed to. */
  acceptsMarketing: boolean | null
  /** True where no tax is charged. */
  taxExempt: boolean | null
  /** ISO 4217 code the customer is billed in. */
  currency: string | null
  /** When the account was made. */
  createdAt: Micros | null
  /** Main address. */
  address: Address | null
  /** Note about the customer. */
  note: string | null
  /** Tags of the source system. */
  tags: readonly string[]
}

/** The source record that this one was made of. */
export interface Origin {
  /** Source topic. */
  topic: string
  /** Partition of the source topic. */
  partition: number
  /** Offset in that partition. */
  offset: number
}

/** Where a record comes from, which state of its entity it is, and the key that makes its effect happen once. The same in every model. */
export interface Meta {
  /** The exactly-once key: model / entity @ version . revision # hash of the content. Equal keys are one effect. */
  effectKey: string
  /** Name of the source that the record came from. */
  source: string
  /** What the record describes, as id space and id; also the Kafka key. */
  entity: string
  /** Orders the states of one entity; comparable within one id space only. */
  version: number
  /** 0; raised by a repair or a re-mapping, so that it passes the version guard. */
  revision: number
  /** When the source committed this state, as far as the source says. */
  occurredAt: Micros
  /** Coordinates of the source record. */
  origin: Origin
  /** Fingerprint of the mapping that made the record. */
  mapping: string
}

/** Where the order stands as a whole. */
export type OrderStatus = 'OPEN' | 'COMPLETED' | 'CANCELLED' | 'FAILED'

/** How much of the order is paid. */
export type PaymentStatus = 'PENDING' | 'AUTHORIZED' | 'PARTIALLY_PAID' | 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'VOIDED'

/** How much of the order is shipped. */
export type FulfillmentStatus = 'UNFULFILLED' | 'PARTIAL' | 'FULFILLED' | 'RETURNED'

/** One tax that was charged. */
export interface Tax {
  /** Name of the tax. */
  title: string
  /** Share of the net price; 0.19 for 19 %. */
  rate: Decimal | null
  /** Amount of this tax in the order's currency. */
  amount: Decimal
}

/** One article of the order. */
export interface OrderLine {
  /** Identifier of the line in the source system. */
  id: string
  /** Entity of the product (product.v1). */
  product: string | null
  /** Identifier of the variant within its product. */
  variant: string | null
  /** Article number. */
  sku: string | null
  /** Article as the buyer saw it. */
  title: string
  /** Ordered quantity. */
  quantity: Decimal
  /** Price of one piece before discounts; null where the source states whole lines only and the division does not end. */
  unitPrice: Decimal | null
  /** Discounts on this line, all pieces together. */
  discount: Decimal
  /** Line after discounts, where the source says it. */
  total: Decimal | null
  /** Taxes on this line. */
  taxes: readonly Tax[]
  /** True where the article is shipped. */
  shippable: boolean | null
}

/** What the discount is taken from. */
export type DiscountKind = 'FIXED' | 'PERCENTAGE' | 'SHIPPING'

/** A discount on the order. */
export interface Discount {
  /** Code of the discount. */
  code: string
  /** How the discount is counted; null where the source does not say. */
  kind: DiscountKind | null
  /** What it takes off, in the order's currency. */
  amount: Decimal
}

/** A way of shipping that was charged. */
export interface Shipping {
  /** Name of the shipping method. */
  title: string
  /** Code of the shipping method. */
  code: string | null
  /** Price before tax settings apply, in the order's currency. */
  price: Decimal
}

/** Sums of the order, as the source states them. */
export interface Totals {
  /** Lines after discounts, before shipping; null where the source does not say. */
  subtotal: Decimal | null
  /** All discounts. */
  discount: Decimal
  /** All shipping; null where the source does not say. */
  shipping: Decimal | null
  /** All taxes. */
  tax: Decimal
  /** What the buyer pays, tax and shipping included. */
  total: Decimal
}

/** An order as the selling system holds it: one record per state of the order. */
export interface Order {
  /** Identifier in the source system. */
  id: string
  /** Number that the buyer sees. */
  number: string
  /** Where the order stands as a whole. */
  status: OrderStatus
  /** How much of the order is paid; null where the source does not say. */
  paymentStatus: PaymentStatus | null
  /** How much of the order is shipped; null where the source does not say. */
  fulfillmentStatus: FulfillmentStatus | null
  /** When the buyer placed the order. */
  placedAt: Micros
  /** Last change in the source system. */
  updatedAt: Micros
  /** When the order was finished or archived. */
  closedAt: Micros | null
  /** When the order was cancelled. */
  cancelledAt: Micros | null
  /** Why it was cancelled, as the source says. */
  cancelReason: string | null
  /** Sales channel, as the source names it. */
  channel: string | null
  /** True for an order that was made to try the shop. */
  test: boolean
  /** ISO 4217 code of every amount in this record. */
  currency: string
  /** True where line prices include tax. */
  pricesIncludeTax: boolean
  /** Entity of the customer (customer.v1); null for a guest. */
  customer: string | null
  /** Contact address of the order. */
  email: string | null
  /** Contact number of the order. */
  phone: string | null
  /** Who is billed. */
  billingAddress: Address | null
  /** Where it goes; null where nothing is shipped. */
  shippingAddress: Address | null
  /** Articles of the order, in the source's order. */
  lines: readonly OrderLine[]
  /** Discounts on the order. */
  discounts: readonly Discount[]
  /** Taxes of the whole order, by tax. */
  taxes: readonly Tax[]
  /** Shipping that was charged. */
  shipping: readonly Shipping[]
  /** Sums of the order. */
  totals: Totals
  /** Note of the buyer. */
  note: string | null
  /** Tags of the shop. */
  tags: readonly string[]
}

/** What moved the money. */
export type PaymentKind = 'CHARGE' | 'CAPTURE' | 'REFUND' | 'DISPUTE'

/** Which way the money moves, seen from the seller. */
export type PaymentDirection = 'IN' | 'OUT' | 'NONE'

/** How far the movement got. */
export type PaymentState = 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'

/** One movement of money. Immutable as a movement; only its state changes. */
export interface Payment {
  /** Identifier of the movement in the source system. */
  id: string
  /** What moved the money. */
  kind: PaymentKind
  /** IN to the seller, OUT from the seller, NONE where nothing moves (a charge that was only authorized). */
  direction: PaymentDirection
  /** How far the movement got. */
  state: PaymentState
  /** Amount that moves, never negative. */
  amount: Decimal
  /** ISO 4217 code of the amount. */
  currency: string
  /** When the movement was made. */
  madeAt: Micros
  /** Entity of the customer (customer.v1). */
  customer: string | null
  /** Entity or number of the order, where the source says it. */
  order: string | null
  /** Entity of the movement that this one belongs to: the charge of a refund. */
  parent: string | null
  /** Means of payment, as the source names it. */
  method: string | null
  /** Why: code of a failure, a refund or a dispute, as the source names it. */
  reason: string | null
  /** Text on the movement. */
  description: string | null
}

/** Whether the article is sold. */
export type ProductStatus = 'ACTIVE' | 'DRAFT' | 'ARCHIVED'

/** A price in one currency. */
export interface Price {
  /** ISO 4217 code. */
  currency: string
  /** Price of one piece. */
  amount: Decimal
  /** Former price that is struck out. */
  before: Decimal | null
}

/** One sellable form of the article. */
export interface Variant {
  /** Identifier of the variant. */
  id: string
  /** Article number. */
  sku: string | null
  /** What sets this variant apart. */
  title: string | null
  /** GTIN or other code on the package. */
  barcode: string | null
  /** Weight in grams. */
  weightGrams: Decimal | null
  /** Prices by currency. */
  prices: readonly Price[]
}

/** An article that is sold, with its variants and prices. */
export interface Product {
  /** Identifier in the source system. */
  id: string
  /** Name of the article. */
  title: string
  /** Description, as the source writes it. */
  description: string | null
  /** Maker or brand. */
  vendor: string | null
  /** Category or type. */
  category: string | null
  /** Whether the article is sold; null where the source does not say. */
  status: ProductStatus | null
  /** When the article was made. */
  createdAt: Micros | null
  /** Sellable forms; empty where the source does not know any. */
  variants: readonly Variant[]
  /** Tags of the source system. */
  tags: readonly string[]
}

/** Which program. */
export type Stage = 'TRANSLATE' | 'DELIVER'

/** What became of the records of one block of origin. */
export interface ReceiptEntry {
  /** Source topic of the block. */
  originTopic: string
  /** Partition of the block. */
  originPartition: number
  /** Number of the block: source offset divided by 4096. */
  block: number
  /** Model that is counted; null where source records are counted. */
  model: string | null
  /** What became of them: read, mapped, filtered, rejected, parked, emitted, applied, superseded, stale or duplicate. */
  outcome: string
  /** Name of the filter or code of the rejection. */
  reason: string | null
  /** How many records. */
  count: number
  /** Sum of the 64-bit hashes of their keys, modulo 2^64, big endian. */
  hashSum: Buffer
  /** Control totals that the model declares, by name. */
  totals: { readonly [name: string]: Decimal }
}

/** What became of one record that was sent again. */
export interface Answer {
  /** Identity of the rejection, of the order to publish a record again, or of the bootstrap that passed over the interval. */
  rejection: string
  /** The attempt that had been refused; 0: nothing was, a record that went through is published again, or an interval is passed over. */
  attempt: number
  /** What became of it now; already: it was not open any more and nothing was done; passed-over: the interval is not in the topic any more, and a person said to go on behind it. */
  outcome: string
  /** Name of the filter or code of the rejection. */
  reason: string | null
}

/** The books of one chunk, committed in the same transaction as its effect. */
export interface Receipt {
  /** Which stage wrote it. */
  stage: Stage
  /** Source or target. */
  unit: string
  /** Process that held the lease. */
  instance: string
  /** Topic that was read. */
  topic: string
  /** Id of that topic, as hexadecimal text. */
  topicId: string
  /** Partition that was read. */
  partition: number
  /** First offset of the interval. */
  from: number
  /** Offset after the interval. */
  next: number
  /** 0; raised where the interval is accounted for again. */
  revision: number
  /** Fingerprint of the mapping in use. */
  mapping: string
  /** When the chunk was committed, by the clock of the process. */
  at: Micros
  /** Kafka timestamp of the newest record in the chunk. */
  newest: Micros | null
  /** Kafka timestamp of the oldest record in the chunk. */
  oldest: Micros | null
  /** Counts by block of origin. */
  entries: readonly ReceiptEntry[]
  /** Redriven, discarded and closed rejections. */
  answers: readonly Answer[]
}

/** One reason for the refusal. */
export interface Problem {
  /** Canonical path. */
  field: string
  /** Source paths. */
  from: readonly string[]
  /** Error code. */
  code: string
  /** What was expected. */
  expected: string
  /** Shape of the value, never the value. */
  got: string
}

/** One Kafka header. */
export interface Header {
  /** Name. */
  name: string
  /** Bytes. */
  value: Buffer | null
}

/** A record that was refused, with its original bytes. */
export interface Rejection {
  /** Identity: origin and stage. */
  id: string
  /** Where it was refused. */
  stage: Stage
  /** Source or target that refused it. */
  unit: string
  /** Error code of the first problem. */
  code: string
  /** What the code means. */
  says: string
  /** Every problem, in one go. */
  problems: readonly Problem[]
  /** Fingerprint of the cause, without values: equal causes have equal groups. */
  group: string
  /** Entity, where it could be read. */
  entity: string | null
  /** Version of that entity's state, where it could be read. */
  version: number | null
  /** Fingerprint of the mapping that refused it. */
  mapping: string
  /** Registry id of the schema it was read with. */
  schemaId: number | null
  /** Source topic. */
  originTopic: string
  /** Id of that topic. */
  originTopicId: string
  /** Partition. */
  originPartition: number
  /** Offset. */
  originOffset: number
  /** Kafka timestamp. */
  originTime: Micros
  /** When it was refused. */
  at: Micros
  /** 1 at first; counts redrives. */
  attempt: number
  /** W3C trace context that came with it. */
  traceparent: string | null
  /** Original key bytes. */
  key: Buffer | null
  /** Original value bytes. */
  value: Buffer | null
  /** Original headers. */
  headers: readonly Header[]
}

/** How much of an article lies in one place. */
export interface StockLevel {
  /** Entity of the product (product.v1). */
  product: string
  /** Article number. */
  sku: string | null
  /** Place, as the source names it. */
  location: string
  /** Quantity that is physically there. */
  onHand: Decimal
  /** Part of it that is promised. */
  reserved: Decimal | null
  /** When it was counted or last changed. */
  asOf: Micros
}

/** Every canonical model: the content of its records, all but `meta`. */
export interface Models {
  'customer.v1': Customer
  'order.v1': Order
  'payment.v1': Payment
  'product.v1': Product
  'stock-level.v1': StockLevel
}
export type ModelName = keyof Models
/** A whole canonical record, as a subscriber or a sink reads it. */
export type Canonical<M extends ModelName> = Models[M] & { meta: Meta }
export const modelNames: readonly ModelName[] = ['customer.v1', 'order.v1', 'payment.v1', 'product.v1', 'stock-level.v1']
