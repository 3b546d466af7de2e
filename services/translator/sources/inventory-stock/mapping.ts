import { decimal } from '../../../../canonical/decimal.ts'
import { mapping } from '../../../../canonical/mapping.ts'
import { absent, id, required } from '../../../../canonical/meanings.ts'
import { kind, source } from '../../../../canonical/source.ts'
import { committed, debezium, isDelete, position, rowOperations } from '../debezium.ts'
import contract from './contract.ts'
import rules from './rules.ts'

const stock = mapping(contract, 'stock-level.v1', {
  entity:  { says: 'Key of the row, which is the article\'s; of a deleted row, as it was before.', from: ['op', 'before.product_id', 'after.product_id'], get: (op, before, after) => `inventory:${required(id)(op === 'd' ? before : after)}` },
  version: position,
  occurredAt: committed,
  deleted: isDelete,
  fields: {
    product:  { says: 'The article that lies there.', from: 'after.product_id', get: required((key) => `inventory:${id(key)}`) },
    sku:      { says: 'Not in the table.', from: [], get: absent },
    location: { says: 'The table knows one place only, called inventory after the system.', from: [], get: () => 'inventory' },
    onHand:   { says: 'Pieces that are there.', from: 'after.quantity', get: required(decimal) },
    reserved: { says: 'Not in the table.', from: [], get: absent },
    asOf:     committed,
  },
})

export default source({ ...debezium, kinds: [kind(contract, { is: rowOperations, gives: [stock] })], rules })
