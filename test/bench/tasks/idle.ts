import { setTimeout as sleep } from 'node:timers/promises'
import { createTopics, registerSchemas, wantedTopics } from '../../../deploy/local/provision.ts'
import type { Program } from '../../../deploy/local/program.ts'
import { migrate } from '../../../services/runtime/ledger/migrate.ts'
import type { Bench, Task } from '../bench.ts'
import { machineCpuSeconds, treeCost } from '../measure/process-tree.ts'
import { inTurn } from '../rounds.ts'

/** What the product's four programs, with its own sources and target, use while nothing arrives. */
export const idle: Task = async (bench: Bench) => {
  const { stack, options: { seconds } } = bench, wanted = wantedTopics('')
  const [ledger, warehouse] = [await stack.postgres.database('ledger'), await stack.postgres.database('warehouse')]
  await migrate(ledger)
  await createTopics({ brokers: stack.brokers.split(','), clientId: 'bench' }, wanted)
  await registerSchemas(stack.registryUrl, '', wanted)
  const programs: Program[] = []
  for (const [program, env] of [
    ['translator', {}], ['sink', { HUB_TARGET: 'warehouse-postgres', HUB_TARGET_WAREHOUSE_POSTGRES_URL: warehouse }],
    ['reconciler', { HUB_LEDGER_URL: ledger }], ['console', { HUB_LEDGER_URL: ledger, HUB_CONSOLE_TOKEN: 'bench-idle-token-of-nobody', HUB_CONSOLE_PORT: '0' }],
  ] as const) programs.push(await stack.program(program, { env }))
  bench.say('waiting until all is quiet')
  await sleep(15_000)
  await inTurn(bench, 'idle', [{
    name: 'ours', guarantee: 'ready to work, group memberships kept', records: 0,
    async run() {
      const looked = () => ({ at: performance.now(), machine: machineCpuSeconds(), broker: treeCost(stack.brokerPids).cpuSeconds, programs: programs.map((it) => treeCost([it.pid])) })
      const before = looked()
      await sleep(seconds * 1000)
      const after = looked(), lasted = (after.at - before.at) / 1000
      programs.forEach((it) => { stack.mustRun(it) })
      const used = programs.map((_, at) => (after.programs[at]!.cpuSeconds - before.programs[at]!.cpuSeconds) / lasted), broker = (after.broker - before.broker) / lasted
      return {
        foreignCores: Math.max(0, (after.machine - before.machine) / lasted - broker - used.reduce((sum, it) => sum + it, 0)),
        values: {
          ...Object.fromEntries(programs.flatMap(({ name }, at) => [[`${name}_percent_of_a_core`, used[at]! * 100], [`${name}_rss_mb`, after.programs[at]!.rssMb]])),
          broker_percent_of_a_core: broker * 100,
        },
      }
    },
  }])
  return {}
}
