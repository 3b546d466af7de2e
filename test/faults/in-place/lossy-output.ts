// In the place of a translator's output: the third receipt of one source partition is left out of its transaction.
import { Output as Real } from '../../../services/runtime/kafka/output.ts'
export * from '../../../services/runtime/kafka/output.ts'

let seen = 0

export class Output extends Real {
  override add(...record: Parameters<Real['add']>): void {
    const [topic, , key] = record
    if (topic.endsWith('hub.receipts') && key?.toString().endsWith(process.env['TEST_KEY']!) && ++seen === 3) return
    super.add(...record)
  }
}
