import { mapping } from '../../../../canonical/mapping.ts'
import { absent, id, none, required } from '../../../../canonical/meanings.ts'
import { kind, source } from '../../../../canonical/source.ts'
import { committed, debezium, isDelete, position, rowOperations, sent } from '../debezium.ts'
import contract from './contract.ts'

const customer = mapping(contract, 'customer.v1', {
  entity:  { says: 'Key of the row; of a deleted row, as it was before.', from: ['op', 'before.id', 'after.id'], get: (op, before, after) => `inventory:${required(id)(op === 'd' ? before : after)}` },
  version: position,
  occurredAt: committed,
  deleted: isDelete,
  fields: {
    id:        { says: 'Key of the row.', from: 'after.id', get: required(id) },
    email:     { says: 'Address for mail.', from: 'after.email', get: required(sent) },
    emailVerified: { says: 'Not in the table.', from: [], get: absent },
    phone:     { says: 'Not in the table.', from: [], get: absent },
    firstName: { says: 'Given name.', from: 'after.first_name', get: required(sent) },
    lastName:  { says: 'Family name.', from: 'after.last_name', get: required(sent) },
    fullName:  { says: 'The table splits names.', from: [], get: absent },
    company:   { says: 'Not in the table.', from: [], get: absent },
    status:    { says: 'Not in the table.', from: [], get: absent },
    acceptsMarketing: { says: 'Not in the table.', from: [], get: absent },
    taxExempt: { says: 'Not in the table.', from: [], get: absent },
    currency:  { says: 'Not in the table.', from: [], get: absent },
    createdAt: { says: 'Not in the table: a snapshot does not say when a row was made.', from: [], get: absent },
    address:   { says: 'Not in the table.', from: [], get: absent },
    note:      { says: 'Not in the table.', from: [], get: absent },
    tags:      { says: 'Not in the table.', from: [], get: none },
  },
})

export default source({ ...debezium, kinds: [kind(contract, { is: rowOperations, gives: [customer] })] })
