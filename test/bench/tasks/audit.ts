import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Task } from '../bench.ts'
import { figureOf } from '../measure/figure.ts'
import { auditOnce, type AuditRun } from '../runs/audit-run.ts'
import { SinkRun } from '../runs/sink-run.ts'
import { canonical } from '../stack/hub-topics.ts'
import { fillCanonicalTopic } from '../workload/canonical-topic.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'

/** One of each: what a hand, a lost write or an old backup leaves behind. */
const damages = [
  ['delete from orders where entity = $1', ''], ["insert into orders select (json_populate_record(o, json_build_object('entity', entity || '0'))).* from orders o where entity = $1", '0'],
  ['update orders set total_minor = total_minor + 1 where entity = $1', ''], ['update orders set total_minor = total_minor - 1 where entity = $1', ''], ["update orders set status = 'FAILED' where entity = $1", ''],
  ['update orders set note = null, ship_city = upper(ship_city) where entity = $1', ''], ['update orders set version = version - 1 where entity = $1', ''], ["update orders set lines = lines || '[{}]' where entity = $1", ''],
  ['update orders set priority = not priority where entity = $1', ''], ["update orders set customer_email = customer_email || ' ' where entity = $1", ''],
] as const

/** A table of orders compared with its topic: first as the sink left it, then with ten rows changed by hand. */
export const audit: Task = async (bench: Bench) => {
  const { stack, say, options: { records } } = bench, facts = await fillSourceTopic(stack, records, say)
  await fillCanonicalTopic(bench, facts)
  await using sink = await SinkRun.start(stack)
  say('filling the table')
  const end = await stack.end(canonical)
  for (let at = 0; at < end; at = await sink.position()) { stack.mustRun(sink.program); bench.tick(at, end); await sleep(200) }
  await sink.program.stop()
  await sink.pool.query('vacuum analyze orders')
  const url = `${sink.pool.options.connectionString}`, read = async () => Number((await sink.pool.query<{ n: string }>(`select seq_tup_read + idx_tup_fetch as n from pg_stat_user_tables where relname = 'orders'`)).rows[0]!.n)
  const rounds: { values: Record<string, number>; foreignCores: number }[] = []
  const measured = async (name: string): Promise<AuditRun> => {
    await sleep(1_500)
    const before = await read(), run = await auditOnce(stack, name, url)
    await sleep(1_500)
    say(`  ${name}: ${JSON.stringify(run.pass)}`)
    rounds.push({ foreignCores: run.foreignCores, values: {
      audit_s: run.pass.seconds, rows: run.pass.rows, database_rows_read: await read() - before, rows_read_beyond_the_scan: run.pass.read, findings: run.pass.findings, program_cpu_s: run.cpuSeconds, rss_peak_mb: run.peakRssMb,
    } })
    return run
  }
  const clean = await measured('audit_clean')
  if (clean.pass.findings > 0 || clean.pass.rows !== facts.keys) throw new Error(`${clean.pass.findings} findings in ${clean.pass.rows} of ${facts.keys} rows that are right`)
  const { rows } = await sink.pool.query<{ entity: string }>(`select entity from orders where mod(hashtext(entity), $1) = 0 order by entity limit 10`, [Math.max(1, Math.floor(facts.keys / 100))])
  const damaged = new Set<string>()
  for (const [at, [sql, suffix]] of damages.entries()) {
    const { entity } = rows[at]!
    await sink.pool.query(sql, [entity])
    damaged.add(entity + suffix)
  }
  const found = await measured('audit_damaged')
  if (found.entities.size !== damaged.size || [...damaged].some((it) => !found.entities.has(it))) throw new Error(`found were ${[...found.entities].join(', ')}, damaged ${[...damaged].join(', ')} (${canonical})`)
  for (const [at, setup] of ['as the sink left it', 'ten rows changed by hand'].entries()) {
    bench.figure(figureOf({ task: 'audit', contestant: 'ours', setup, records, guarantee: 'every row and field compared in one snapshot; what differs looked at twice' }, [rounds[at]!]))
  }
  return {}
}
