import type { Topics } from '../api/topics.schema.ts'
import type { Paint } from './paint.ts'
import { count, table } from './table.ts'

export function topicsText({ topics, lacks }: Topics, paint: Paint): string {
  const rows = topics.map((it) => [
    it.topic, it.exists === false ? paint('red', 'missing') : count(it.partitions), count(it.first === null || it.end === null ? null : it.end - it.first), count(it.end),
    it.retention, it.writers.join(', '), it.readers.join(', '), it.says,
  ])
  const columns = [{ head: 'TOPIC' }, { head: 'PARTS', right: true }, { head: 'KEPT', right: true }, { head: 'END', right: true }, { head: 'RETENTION' }, { head: 'WRITTEN BY' }, { head: 'READ BY' }, { head: 'WHAT IT IS' }] as const
  return [table(columns, rows), ...lacks.map(({ code, says, todo, detail }) => `\n${paint('yellow', code)}: ${says} (${detail}) ${todo}`)].join('\n')
}
