import type { Bench, Task } from '../bench.ts'
import { inTurn } from '../rounds.ts'
import { PurePath } from '../runs/pure-path.ts'

/** The translator's own work on a record, without Kafka: what one core can do at most. */
export const pure: Task = async (bench: Bench) => {
  const path = new PurePath(Math.ceil(bench.options.records / 2_000))
  for (let warm = 0; warm < 3; warm++) { await path.round(); path.reference() }
  await inTurn(bench, 'pure', [{
    name: 'ours', guarantee: 'in one process: decode, parse, contract, rules, headers, receipt, compressed batches', records: path.records,
    async run() {
      const seconds = await path.round(), reference = path.reference()
      return { foreignCores: 0, values: { records_per_cpu_s: path.records / seconds, us_per_record: seconds / path.records * 1e6, json_parse_us_per_record: reference / path.records * 1e6, times_json_parse: seconds / reference } }
    },
  }])
  return {}
}
