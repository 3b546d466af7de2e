import type { TestProgram } from '../hub.ts'
import { eventually } from '../route.ts'

/** Wakes a program that was frozen beyond its session, and waits until each partition that it held is through with what was in hand and lost. */
export async function continued(program: TestProgram): Promise<void> {
  const held = [...last(program)].filter(([, state]) => state !== 'lost').map(([place]) => place), before = program.entries().length
  program.kill('SIGCONT')
  await eventually(60_000, () => {
    const lost = new Set(program.entries().slice(before).filter((it) => it['state'] === 'lost').map(placeOf))
    const left = held.filter((place) => !lost.has(place))
    if (left.length > 0) throw new Error(`it still holds ${left.join(', ')}`)
  })
}

const placeOf = (entry: Record<string, unknown>) => `${String(entry['unit'])} ${String(entry['topic'])}/${String(entry['partition'])}`
function last(program: TestProgram): Map<string, string> {
  return new Map(program.entries().flatMap((it) => (typeof it['state'] === 'string' ? [[placeOf(it), it['state']] as const] : [])))
}
