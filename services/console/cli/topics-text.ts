import type { Topics } from '../api/topics.schema.ts'
import { wrap } from './fit.ts'
import type { Paint } from './paint.ts'
import { count, table } from './table.ts'

const numbers = 5

/** One line for each topic; on a terminal its words stand below its numbers, for side by side they would not fit. */
export function topicsText({ topics, lacks }: Topics, paint: Paint, columns = Infinity): string {
  const rows = topics.map((it) => [
    it.topic, it.exists === false ? paint('red', 'missing') : count(it.partitions), count(it.first === null || it.end === null ? null : it.end - it.first), count(it.end),
    it.retention, it.writers.join(', '), it.readers.join(', '), it.says,
  ])
  const heads = [{ head: 'TOPIC' }, { head: 'PARTS', right: true }, { head: 'KEPT', right: true }, { head: 'END', right: true }, { head: 'RETENTION' }, { head: 'WRITTEN BY' }, { head: 'READ BY' }, { head: 'WHAT IT IS' }] as const
  const short = columns === Infinity ? null : table(heads.slice(0, numbers), rows.map((it) => it.slice(0, numbers))).split('\n')
  const listed = short === null ? table(heads, rows) : short.flatMap((line, at) => {
    const it = topics[at - 1]
    return it ? [line, wrap(paint('dim', `  ${it.says} ${it.writers.join(', ')} → ${it.readers.join(', ')}`), columns, 2)] : [line]
  }).join('\n')
  return [listed, ...lacks.map(({ code, says, todo, detail }) => `\n${paint('yellow', code)}: ${says} (${detail}) ${todo}`)].join('\n')
}
