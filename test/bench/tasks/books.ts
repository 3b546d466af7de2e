import { join } from 'node:path'
import { startPostgres } from '../../../deploy/local/postgres.ts'
import type { Bench, Task } from '../bench.ts'
import { bookedRoute } from '../contestants/booked-route.ts'
import { catchingUp } from '../contestants/catching-up.ts'
import { steadyBooks } from '../contestants/steady-books.ts'
import { ratiosOf } from '../measure/ratios.ts'
import { inTurn } from '../rounds.ts'
import { RouteRun } from '../runs/route-run.ts'
import { fillSourceTopic } from '../workload/source-topic.ts'
import { warmBroker } from '../workload/warm-broker.ts'

const compared = { rate: 'records_per_s', cpu: ['program_cpu_s_per_million', 'database_cpu_s_per_million'] }

/** What the reconciler costs a route and itself: beside a backlog, catching up with half of one, and at 2,000 records a second. */
export const books: Task = async (bench: Bench) => {
  const { stack, options: { records }, say } = bench
  await using own = new AsyncDisposableStack()
  const server = own.adopt(await startPostgres({ folder: join(stack.folder, 'ledger'), log: join(stack.folder, 'ledger.log') }), async (it) => { await it.stop() })
  const all = await fillSourceTopic(stack, records, say), half = await fillSourceTopic(stack, Math.round(records / 2), say)
  await warmBroker(bench)
  const [without, balanced, whole] = await inTurn(bench, 'books', (['stopped', 'none', 'as npm start'] as const).map((audits) => bookedRoute(bench, server, all, audits)))
  {
    say('half of it goes through while the reconciler is stopped')
    await using route = await RouteRun.prepare(stack, half.topic)
    await route.translator.start()
    await route.through(half.n, 900_000)
    await Promise.all(route.programs.map((it) => it.stop()))
    await inTurn(bench, 'books', (['none', 'topics at full speed'] as const).map((audits) => catchingUp(bench, server, route, half.n, audits)))
  }
  await inTurn(bench, 'books', [steadyBooks(bench, server, 2_000)])
  return { ...ratiosOf(whole!, [{ ...without!, contestant: 'the route alone' }], compared), ...ratiosOf(balanced!, [{ ...without!, contestant: 'the route alone, of books and balance' }], compared) }
}
