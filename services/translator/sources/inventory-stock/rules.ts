import { rules } from '../../../../canonical/rules.ts'
import { warehouseLocations } from '../warehouse-locations.ts'

export default [rules('stock-level.v1', {
  'stock-known-location': { says: 'Stock lies at a place that the warehouse knows.', broken: 'warn', rule: 'cross-reference', field: 'location', table: warehouseLocations },
})]
