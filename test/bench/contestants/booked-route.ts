import type { Postgres } from '../../../deploy/local/postgres.ts'
import type { Bench } from '../bench.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import type { Contestant } from '../rounds.ts'
import { type Audits, BooksRun } from '../runs/books-run.ts'
import { RouteRun } from '../runs/route-run.ts'
import { canonical } from '../stack/hub-topics.ts'
import type { Facts } from '../workload/source-topic.ts'

const setups = { 'stopped': 'route, reconciler stopped', 'none': 'route, with books and balance', 'as npm start': 'route, with everything' }

/** A backlog on its whole way, with a reconciler beside it or without; the route's own figures, and the reconciler's. */
export function bookedRoute(bench: Bench, server: Postgres, facts: Facts, audits: keyof typeof setups): Contestant {
  const { stack } = bench
  return {
    name: 'ours', setup: setups[audits], records: facts.n, guarantee: 'exactly once from source topic to table, guarded by version, everything on',
    async run() {
      await using route = await RouteRun.prepare(stack, facts.topic)
      await using books = audits === 'stopped' ? null : await BooksRun.start(stack, server, route, audits satisfies Audits)
      if (books !== null) await stack.settled(books.program)
      await route.translator.start()
      const watched = stack.watched(route.programs)
      const result = await drained({
        records: facts.n, limitMs: 900_000, say: (done) => bench.tick(done, facts.n),
        watched: { ...watched, rest: [...watched.rest, ...(books === null ? [] : [books.program.pid, server.pid])] },
        alive: () => { route.mustRun(); books?.mustRun() },
        async progress() {
          const translated = await route.translator.handled(), at = await route.sink.position()
          return { at, begun: translated > 0, end: translated >= facts.n ? await stack.end(canonical) : null }
        },
      })
      const ended = Date.now(), used = books === null ? {} : (await books.used(facts.n)).values
      await route.through(facts.n, 60_000)
      await books?.ledger.verified(ended)
      const proven = books === null ? {} : { proven_after_the_last_row_s: (Date.now() - ended) / 1000 }
      await route.sink.check(facts)
      // The translator runs ahead at first and the sink alone at last: only the whole of it tells.
      return drainedValues({ ...result, steady: result.whole }, { seconds: result.whole.seconds, ...used, ...proven })
    },
  }
}
