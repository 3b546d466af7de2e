import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Task } from '../bench.ts'
import { machineCpuSeconds, treeCost } from '../measure/process-tree.ts'
import { inTurn } from '../rounds.ts'
import { startWholeHub } from '../stack/whole-hub.ts'

/** What the programs, with the product's own sources and targets, use while nothing arrives. */
export const idle: Task = async (bench: Bench) => {
  const { stack, options: { seconds } } = bench, { programs } = await startWholeHub(stack)
  bench.say('waiting until all is quiet')
  await sleep(20_000)
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
