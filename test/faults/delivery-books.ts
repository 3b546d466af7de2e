import type { ModelName, Receipt } from '../../canonical/models.generated.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import type { Route } from '../route.ts'
import { receiptsOf } from '../translated.ts'

const outcomes = ['applied', 'superseded', 'stale', 'duplicate', 'rejected']

/** The books of one target beside its canonical topics: no gap, no overlap, every record read once and in exactly one outcome. A receipt may be there twice, if it says the same. */
export async function bookProblems(route: Route, unit: string, models: readonly ModelName[]): Promise<string[]> {
  const receipts = (await receiptsOf(route)).filter((it) => it.stage === 'DELIVER' && it.unit === unit), problems: string[] = []
  for (const model of models) {
    const topic = route.names.canonical(model), records = await readAll(route.kafka.control, topic)
    for (const [partition, ends] of (await route.admin.topicOffsets(topic, 'latest')).entries()) {
      const place = `${topic}/${partition}`, own = receipts.filter((it) => it.topic === topic && it.partition === partition)
      const once = new Map(own.map((it) => [JSON.stringify({ ...it, newest: null }, textOf), it]))
      let at = 0
      for (const { from, next } of [...once.values()].sort((a, b) => a.from - b.from || a.next - b.next)) {
        if (from !== at) problems.push(`${place}: ${from < at ? 'overlap' : 'gap'} at ${from < at ? from : at}`)
        at = Math.max(at, next)
      }
      if (at !== ends) problems.push(`${place}: receipts end at ${at} of ${ends}`)
      const count = (names: readonly string[]) => countOf([...once.values()], names), expected = records.filter((it) => it.partition === partition).length
      if (count(['read']) !== expected || count(outcomes) !== expected) problems.push(`${place}: read ${count(['read'])} of ${expected} = ${outcomes.map((name) => `${name} ${count([name])}`).join(' + ')}`)
    }
  }
  return problems
}

const countOf = (receipts: readonly Receipt[], names: readonly string[]) => receipts.flatMap((it) => it.entries).reduce((sum, it) => sum + (names.includes(it.outcome) ? it.count : 0), 0)
const textOf = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value)
