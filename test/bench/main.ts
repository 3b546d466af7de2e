import { CommandFailed } from '../../deploy/local/run.ts'
import { LaunchFailed } from '../../deploy/local/process.ts'
import { CannotStart } from '../../deploy/local/tools.ts'
import type { Bench } from './bench.ts'
import type { Figure } from './measure/figure.ts'
import { type Asked, readOptions, usage, UsageError } from './options.ts'
import { keepFigures } from './report/kept-figures.ts'
import { tableOf } from './report/figure-table.ts'
import { writeResults } from './report/write-results.ts'
import { BenchStack, stopEverything } from './stack/bench-stack.ts'
import { tasks } from './tasks/index.ts'

const began = performance.now()
const say = (line: string) => { console.error(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${line}`) }
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    interrupted = true
    say('stopping; nothing that was measured so far is kept')
    void stopEverything().finally(() => process.exit(130))
  })
}

try {
  const asked = readOptions(process.argv.slice(2))
  if (asked === null) process.stdout.write(usage)
  else if (asked === 'report') console.log(writeResults())
  else await run(asked)
} catch (error) {
  // What fails because it is being stopped needs no words.
  if (interrupted) process.exitCode = 130
  else if (error instanceof UsageError) { console.error(`${error.message}\n\n${usage}`); process.exitCode = 2 } else {
    const expected = error instanceof CannotStart || error instanceof LaunchFailed || error instanceof CommandFailed
    console.error(expected ? error.message : (error as Error).stack)
    process.exitCode = 1
  }
} finally { await stopEverything() }

async function run({ task, options }: Asked): Promise<void> {
  const figures: Figure[] = []
  const known = tasks[task]
  await using stack = await BenchStack.start(options, say)
  let ticked = 0
  const bench: Bench = {
    stack, options, say,
    tick(done, total) { if (performance.now() - ticked > 5_000) { ticked = performance.now(); say(`  ${done} of ${total}`) } },
    figure(figure) { figures.push(figure); if (options.json) console.log(JSON.stringify({ ...figure, trace: undefined })) },
  }
  const ratios = await known.run(bench)
  keepFigures(options.brokers === 1 ? task : `${task}-${options.brokers}-brokers`, figures, ratios)
  if (options.json) console.log(JSON.stringify({ task, ratios }))
  else process.stdout.write(tableOf(figures, ratios))
}
