import { readAll } from '../../services/runtime/kafka/read-all.ts'
import type { UnitState } from '../../services/runtime/states.ts'
import { reasonsUnready } from '../../deploy/local/program.ts'
import type { TestProgram } from '../hub.ts'
import { eventually, type Route } from '../route.ts'

/** The last word in hub.states about each partition of a unit. */
export async function statesOf(route: Route, unit: string): Promise<UnitState[]> {
  const last = new Map<string, UnitState>()
  for (const { record } of await readAll(route.kafka.control, route.names.states)) {
    const state = JSON.parse(record.value!.toString()) as UnitState
    if (state.unit === unit) last.set(`${state.topic}/${state.partition}`, state)
  }
  return [...last.values()]
}

/** Waits until health and hub.states both say that a unit is paused, and why; gives the reasons. */
export async function saidPaused(route: Route, program: TestProgram, unit: string, withinMs = 60_000): Promise<string> {
  return eventually(withinMs, async () => {
    const reasons = Object.values(await reasonsUnready(program.url)), paused = (await statesOf(route, unit)).filter((it) => it.state === 'paused')
    if (reasons.length === 0 || paused.length === 0) throw new Error(`${program.name} does not say that it is paused: ${JSON.stringify([reasons, await statesOf(route, unit)])}`)
    return [...new Set(paused.map((it) => `${it.code}: ${it.reason}`))].join('\n')
  })
}

/** Waits until health is good again and no partition of the unit says otherwise. */
export async function saidRunning(route: Route, program: TestProgram, unit: string, withinMs = 60_000): Promise<number> {
  const began = Date.now()
  await program.ready(withinMs)
  await eventually(withinMs, async () => {
    const others = (await statesOf(route, unit)).filter((it) => it.state !== 'running')
    if (others.length > 0) throw new Error(`not running: ${others.map((it) => `${it.topic}/${it.partition} ${it.state} ${it.reason}`).join(', ')}`)
  })
  return Date.now() - began
}
