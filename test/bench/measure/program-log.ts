import { readFileSync } from 'node:fs'

export interface LogLine { readonly at: number; readonly event: string; readonly state?: string; readonly partition?: number }

/** What a program has written, without what is no event. */
export function programLog(file: string): readonly LogLine[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.startsWith('{"at"')).map((line) => {
    const { at, ...rest } = JSON.parse(line) as Omit<LogLine, 'at'> & { at: string }
    return { ...rest, at: Date.parse(at) }
  })
}

/** The partitions that a program works on, as its log says. */
export function running(file: string): ReadonlySet<number> {
  const states = new Map<number, string>()
  for (const { event, state, partition } of programLog(file)) if (event === 'unit.state' && partition !== undefined && state !== undefined) states.set(partition, state)
  return new Set([...states].filter(([, state]) => state === 'running').map(([partition]) => partition))
}

/** When a partition first came to a state after a time. */
export const cameTo = (file: string, partition: number, state: string, after: number): number | null =>
  programLog(file).find((it) => it.event === 'unit.state' && it.partition === partition && it.state === state && it.at >= after)?.at ?? null
