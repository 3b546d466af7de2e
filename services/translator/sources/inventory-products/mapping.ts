import { decimal, type Decimal } from '../../../../canonical/decimal.ts'
import { product as times } from '../../../../canonical/decimal-sum.ts'
import type { Exact } from '../../../../canonical/exact.ts'
import { mapping } from '../../../../canonical/mapping.ts'
import { absent, id, none, optional, required } from '../../../../canonical/meanings.ts'
import { kind, source } from '../../../../canonical/source.ts'
import { committed, debezium, isDelete, position, rowOperations, sent } from '../debezium.ts'
import contract from './contract.ts'

const gramsPerPound = decimal('453.59237')
const grams = (pounds: number | Exact): Decimal => times(decimal(pounds), gramsPerPound)

const article = mapping(contract, 'product.v1', {
  entity:  { says: 'Key of the row; of a deleted row, as it was before.', from: ['op', 'before.id', 'after.id'], get: (op, before, after) => `inventory:${required(id)(op === 'd' ? before : after)}` },
  version: position,
  occurredAt: committed,
  deleted: isDelete,
  fields: {
    id:          { says: 'Key of the row.', from: 'after.id', get: required(id) },
    title:       { says: 'Name of the article.', from: 'after.name', get: required(sent) },
    description: { says: 'Description of the article.', from: 'after.description', get: optional(sent) },
    vendor:      { says: 'Not in the table.', from: [], get: absent },
    category:    { says: 'Not in the table.', from: [], get: absent },
    status:      { says: 'Not in the table.', from: [], get: absent },
    createdAt:   { says: 'Not in the table: a snapshot does not say when a row was made.', from: [], get: absent },
    variants:    { says: 'The article is its own only variant. The table weighs in pounds (its 12oz hammer is 0.75, its 16oz hammer 1.0): weight × 453.59237 is grams, exactly. The table knows no prices.', from: ['after.id', 'after.weight'],
                   get: (key, weight) => [{ id: required(id)(key), sku: null, title: null, barcode: null, weightGrams: optional(grams)(weight), prices: [] }] },
    tags:        { says: 'Not in the table.', from: [], get: none },
  },
})

export default source({ ...debezium, kinds: [kind(contract, { is: rowOperations, gives: [article] })] })
