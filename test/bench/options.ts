import { parseArgs } from 'node:util'
import type { Options } from './bench.ts'
import { tasks, type TaskName } from './tasks/index.ts'

export class UsageError extends Error { override readonly name = 'UsageError' }

export const usage = `npm run bench -- <task> [options]

${Object.entries(tasks).map(([name, { says }]) => `  ${name.padEnd(12)} ${says}`).join('\n')}
  report       writes RESULTS.md and its charts from the last run of each task

  --records N   how many records (${Object.entries(tasks).map(([name, { records }]) => `${name} ${records}`).join(', ')})
  --rounds R    how often each contestant does it, in turn (3)
  --seconds S   how long a fixed rate lasts, of latency, recovery, idle and books (60)
  --brokers B   1, or 3 with replication 3 (1)
  --json        on stdout a line of JSON for each figure, and last one with the ratios by rival, ours better above 1
  --help        this text

Broker, registry and PostgreSQL (with fsync) are the benchmark's own, in a temporary folder, and the programs those of dist/.
What it measures lies in .hub/bench/ as well, one file for each task.
Rivals on Java: HUB_BENCH_PEERS names the folder of their driver (run.cjs), WORK the folder they were built into.
Exit code 0: measured; 1: it could not go on; 2: a wrong option.
`

export interface Asked { readonly task: TaskName; readonly options: Options }

/** Reads the command line; null asks for the usage, `report` for the page. */
export function readOptions(args: readonly string[]): Asked | 'report' | null {
  const { values, positionals } = parsed(args)
  if (values.help) return null
  const [task, ...more] = positionals
  if (task === 'report' && more.length === 0) return 'report'
  if (task === undefined || !(task in tasks)) throw new UsageError(task === undefined ? 'Which task?' : `There is no task ${task}.`)
  if (more.length > 0) throw new UsageError(`One task at a time: ${more.join(' ')} is one too many.`)
  const known = tasks[task as TaskName]
  return {
    task: task as TaskName,
    options: { records: whole('records', values.records, known.records, 1_000), rounds: whole('rounds', values.rounds, 3, 1), seconds: whole('seconds', values.seconds, 60, 5), brokers: brokersOf(values.brokers), json: values.json },
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: { records: { type: 'string' }, rounds: { type: 'string' }, seconds: { type: 'string' }, brokers: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
  } catch (error) { throw new UsageError((error as Error).message) }
}

function whole(name: string, text: string | undefined, fallback: number, least: number): number {
  if (text === undefined) return fallback
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) throw new UsageError(`--${name} is a whole number from ${least}, not ${text}.`)
  return Number(text)
}
function brokersOf(text: string | undefined): 1 | 3 {
  if (text === undefined || text === '1') return 1
  if (text === '3') return 3
  throw new UsageError(`--brokers is 1 or 3, not ${text}.`)
}
