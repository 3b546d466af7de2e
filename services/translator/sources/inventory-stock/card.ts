import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'inventory-stock',
  says: 'Pieces on hand of the inventory database, row by row from its log.',
  system: 'Inventory database through Debezium, table products_on_hand',
  topic: 'source.inventory.stock',
  partitions: 4,
  owner: 'Warehouse systems',
  steward: 'Head of logistics',
  onCall: '#warehouse-oncall',
  tolerance: 'PT1M',
  cadence: 'PT1H',
  version: 'position',
  runbook: 'services/translator/sources/inventory-stock/README.md',
  review: '2027-05-31',
})
