import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'inventory-products',
  says: 'Articles of the inventory database, row by row from its log.',
  system: 'Inventory database through Debezium, table products',
  topic: 'source.inventory.products',
  partitions: 4,
  owner: 'Warehouse systems',
  steward: 'Head of logistics',
  onCall: '#warehouse-oncall',
  tolerance: 'PT1M',
  cadence: 'P1D',
  version: 'position',
  runbook: 'services/translator/sources/inventory-products/README.md',
  review: '2027-05-31',
})
