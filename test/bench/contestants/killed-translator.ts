import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../bench.ts'
import { Observed } from '../measure/observed.ts'
import { PositionTrace } from '../measure/position-trace.ts'
import { cameTo, programLog, running } from '../measure/program-log.ts'
import type { Contestant } from '../rounds.ts'
import { sourceOf, TranslatorRun } from '../runs/translator-run.ts'
import { sendPaced } from '../workload/paced-sender.ts'
import { partitions } from '../workload/source-topic.ts'

const rate = 2_000, beforeMs = 5_000, patienceMs = 40_000
let runs = 0

/** Two translators share the partitions; one is killed. A dynamic one stays dead and the other takes over; a static one is started again at once. */
export function killedTranslator(bench: Bench, kind: 'dynamic' | 'static'): Contestant {
  const { stack } = bench
  return {
    name: 'ours', setup: kind === 'dynamic' ? 'dynamic member, the other takes over' : 'static member, started again at once', records: rate,
    guarantee: 'exactly once',
    async run() {
      const topic = `bench.killed.${++runs}`, stop = new AbortController()
      await using run = await TranslatorRun.prepare(stack, [sourceOf(topic)])
      const start = (name: string) => run.start({ name, env: kind === 'static' ? { HUB_INSTANCE: name } : {} })
      const victim = await start('victim'), other = await start('other')
      await shared(victim.log, other.log)
      const trace = new PositionTrace(stack, run.groups[0]!, topic), observed = new Observed(stack.watched([victim, other]))
      const sending = sendPaced(stack, { topic, rate, seconds: (beforeMs + patienceMs) / 1000, signal: stop.signal })
      sending.catch(() => {})
      await sleep(beforeMs)
      const orphans = [...running(victim.log)], others = [...running(other.log)]

      const { foreignCores } = observed.stop(1), killedAt = Date.now()
      victim.kill('SIGKILL')
      await victim.exited
      run.programs.splice(run.programs.indexOf(victim), 1)
      const heir = kind === 'static' ? await start('victim') : other
      const through = await Promise.all(orphans.map((partition) => firstThrough(trace, heir.log, partition, killedAt)))
      await sleep(1_000)
      stop.abort()
      await sending
      await trace.stop()
      await stack.admin.deleteTopics([topic])

      // The slowest partition tells: its parts follow each other.
      const slowest = through.indexOf(Math.max(...through)), partition = orphans[slowest]!, last = through[slowest]!
      const given = cameTo(heir.log, partition, 'acquiring', killedAt) ?? last, acquired = cameTo(heir.log, partition, 'running', killedAt) ?? last
      const started = kind === 'static' ? programLog(heir.log).find((it) => it.event === 'program.ready')?.at ?? killedAt : killedAt
      return {
        foreignCores,
        values: {
          first_record_through_ms: last - killedAt,
          ...(kind === 'static' ? { part_process_start_ms: started - killedAt, part_group_ms: given - started } : { part_session_timeout_and_group_ms: given - killedAt }),
          part_acquire_ms: acquired - given, part_first_chunk_ms: last - acquired,
          pause_of_others_ms: Math.max(...others.map((it) => trace.longestRest(it, killedAt, last + 1_000))),
          rest_of_others_before_ms: Math.max(...others.map((it) => trace.longestRest(it, killedAt - 2_000, killedAt))),
        },
      }
    },
  }
}

async function shared(...logs: readonly string[]): Promise<void> {
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    const held = logs.map((log) => running(log).size)
    if (held.every((it) => it > 0) && held.reduce((sum, it) => sum + it, 0) === partitions) return
    if (Date.now() > until) throw new Error(`the translators do not share the partitions: ${held.join(' and ')} of ${partitions}`)
  }
}

/** The first commit of the heir. What the killed one had sent may still be committed after its death. */
async function firstThrough(trace: PositionTrace, heirLog: string, partition: number, killedAt: number): Promise<number> {
  for (const until = Date.now() + patienceMs; ; await sleep(10)) {
    const taken = cameTo(heirLog, partition, 'running', killedAt), at = taken === null ? null : trace.firstAfter(partition, taken)
    if (at !== null) return at
    if (Date.now() > until) throw new Error(`partition ${partition} did not go on within ${patienceMs / 1000} s`)
  }
}
