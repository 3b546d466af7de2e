import { tableCard } from '../../../canonical/table-card.ts'

/** Shared by the sources that name places. */
export const warehouseLocations = tableCard({
  name: 'warehouse-locations',
  says: 'Places where stock may lie, as the warehouse knows them.',
  topic: 'table.warehouse.locations',
  key: 'The place\'s code, as stock levels name it.',
  stale: 'PT5M',
  owner: 'Warehouse systems',
  onCall: '#warehouse-oncall',
})
