import type { Bench } from './bench.ts'
import { type Figure, figureOf, type Round } from './measure/figure.ts'

/** Somebody who does the task: we, or what a user would pick instead. */
export interface Contestant {
  readonly name: string
  readonly setup?: string
  /** Where it is another number than was asked for. */
  readonly records?: number
  readonly guarantee: string
  run(round: number): Promise<Round>
}

/** Rounds in turn, so that whatever the machine does meets everybody. A rival that fails is named and left out; ours may not fail. */
export async function inTurn(bench: Bench, task: string, contestants: readonly Contestant[]): Promise<readonly Figure[]> {
  const { rounds } = bench.options
  const found = new Map(contestants.map((it) => [it, [] as Round[]]))
  for (let round = 1; round <= rounds; round++) for (const [contestant, list] of turned([...found], round - 1)) {
    const who = [contestant.name, contestant.setup].filter(Boolean).join(', ')
    bench.say(`round ${round} of ${rounds}: ${who}`)
    try {
      const result = await quietest(bench, contestant, round)
      list.push(result)
      bench.say(`  ${Object.entries(result.values).map(([name, value]) => `${name} ${value.toFixed(value < 100 ? 1 : 0)}`).join(', ')}; other work ${result.foreignCores.toFixed(2)} cores`)
    } catch (error) {
      if (contestant.name === 'ours') throw error
      bench.say(`${who} is left out: ${(error as Error).message}`)
      found.delete(contestant)
    }
  }
  return [...found].map(([{ name, setup, guarantee, records = bench.options.records }, results]) => {
    const figure = figureOf({ task, contestant: name, records, guarantee, ...(setup === undefined ? {} : { setup }) }, results)
    bench.figure(figure)
    return figure
  })
}

/** A round that other work of the machine disturbed is done once more, and the quieter one counts. */
async function quietest(bench: Bench, contestant: Contestant, round: number): Promise<Round> {
  const first = await contestant.run(round)
  if (first.foreignCores <= disturbed) return first
  bench.say(`  other work used ${first.foreignCores.toFixed(2)} cores: once more`)
  const second = await contestant.run(round)
  return second.foreignCores < first.foreignCores ? second : first
}
const disturbed = 0.3

/** Everybody comes first once. */
const turned = <T>(list: readonly T[], by: number): readonly T[] => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]
