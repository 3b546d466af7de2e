// In the place of the model cards: orders in as many partitions as the source and the rivals' output have.
import { modelCards as real } from '../../../canonical/cards/index.generated.ts'
import { modelCard } from '../../../canonical/model-card.ts'

export const partitions = Number(process.env['BENCH_PARTITIONS'] ?? 8)
export const modelCards = { ...real, 'order.v1': modelCard({ ...real['order.v1'], partitions }) }
