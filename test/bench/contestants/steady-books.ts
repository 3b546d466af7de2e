import type { Postgres } from '../../../deploy/local/postgres.ts'
import type { Bench } from '../bench.ts'
import { warmUp } from '../measure/drain.ts'
import { percentilesOf } from '../measure/percentiles.ts'
import { VerifiedAge } from '../measure/verified-age.ts'
import type { Contestant } from '../rounds.ts'
import { BooksRun } from '../runs/books-run.ts'
import { RouteRun } from '../runs/route-run.ts'
import { sendPaced } from '../workload/paced-sender.ts'

let runs = 0
/** The whole hub at a fixed rate: how far `verified through` lags behind the clock. */
export function steadyBooks(bench: Bench, server: Postgres, rate: number): Contestant {
  const { stack, options: { seconds } } = bench
  return {
    name: 'ours', setup: `${rate} records/s`, records: Math.round(rate * seconds), guarantee: 'everything on, as npm start has it',
    async run() {
      const topic = `bench.steady.${++runs}`
      await using route = await RouteRun.prepare(stack, topic)
      await route.translator.start()
      await using books = await BooksRun.start(stack, server, route, 'as npm start')
      await Promise.all([...route.programs, books.program].map((it) => stack.settled(it)))
      const age = new VerifiedAge(books.ledger)
      const facts = await sendPaced(stack, { topic, rate, seconds })
      const samples = await age.stop(), used = await books.used(facts.n)
      route.mustRun()
      books.mustRun()
      await route.through(facts.n, 60_000)
      const ended = Date.now(), ages = percentilesOf(Float64Array.from(samples.slice(Math.floor(samples.length * warmUp)), ([, seconds]) => seconds))
      await books.ledger.verified(ended)
      await route.sink.check(facts)
      await stack.admin.deleteTopics([topic])
      return {
        ...used, trace: { ...used.trace, verified_age_s: samples },
        values: { verified_age_p50_s: ages.p50, verified_age_p99_s: ages.p99, verified_age_max_s: ages.max, ...used.values },
      }
    },
  }
}
