import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'inventory-customers',
  says: 'Customers of the inventory database, row by row from its log.',
  system: 'Inventory database through Debezium, table customers',
  topic: 'source.inventory.customers',
  partitions: 4,
  owner: 'Warehouse systems',
  steward: 'Head of logistics',
  onCall: '#warehouse-oncall',
  tolerance: 'PT1M',
  cadence: 'P1D',
  version: 'position',
  runbook: 'services/translator/sources/inventory-customers/README.md',
  review: '2027-05-31',
})
