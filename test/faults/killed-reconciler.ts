import { setTimeout as sleep } from 'node:timers/promises'
import { makeRandom } from '../../deploy/local/feed/random.ts'
import { migrate } from '../../services/runtime/ledger/migrate.ts'
import type { TestHub, TestProgram } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { between } from './expected.ts'
import { type BookTable, LedgerBooks } from './ledger-books.ts'
import { withInstead } from './stepped.ts'
import { Warehouse } from './warehouse.ts'

/** What the kills have met. */
export interface Kills { /** A transaction that was writing receipts, and never came to its end. */ halfWritten: number; /** Something that had not been read. */ unread: number }
export interface KilledBooks { readonly kills: Kills; readonly sent: number; readonly read: number; /** What the ledger that was under the kills says and one that nobody disturbed does not, or the other way round, by table. */ readonly differences: Record<BookTable, string[]>; readonly rows: Record<BookTable, number> }
type Without = 'position-inside' | null

const instance = { HUB_INSTANCE: 'reconciler-0' }

/** Feeds and delivers while the reconciler is killed at moments that the seed decides, every second time in the middle of a write; then has an undisturbed one write the books anew. */
export async function killedBooks(hub: TestHub, { kills, seed, without = null }: { kills: number; seed: string; without?: Without }): Promise<KilledBooks> {
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const [disturbed, quiet] = [await ledgerOf(hub, 'disturbed'), await ledgerOf(hub, 'quiet')]
  await using books = new LedgerBooks(disturbed), reference = new LedgerBooks(quiet)
  const { env, options } = without === null ? { env: {}, options: {} } : withInstead({ 'services/reconciler/books/books-lease.js': 'position-first-books-lease.js' })
  const start = () => hub.start('reconciler', { ...instance, HUB_LEDGER_URL: disturbed, ...env }, options)
  const enough = new AbortController(), feeding = route.feed(Infinity, { seed, bad: 0.02, rate: 300, signal: enough.signal })
  const others = [await hub.start('translator'), await hub.start('sink', warehouse.env())]
  const { met, last } = await killing(books, { route, start, kills, seed })
  enough.abort()
  await feeding
  const sent = [...route.sent.values()].reduce((sum, it) => sum + it.length, 0), until = Date.now()
  await route.translated()
  await warehouse.delivered()
  // Nothing more is written, so both ledgers can say the same.
  await Promise.all(others.map((it) => it.stop()))
  if (without === null) await eventually(60_000, () => books.mustBeThrough(route, until))
  else await eventually(60_000, async () => { if (await books.unread(route) > 0) throw new Error('there is more to read') })
  await last.stop()
  const undisturbed = await hub.start('reconciler', { ...instance, HUB_LEDGER_URL: quiet })
  await eventually(60_000, () => reference.mustBeThrough(route, until))
  await undisturbed.stop()
  const [is, should] = [await books.rows(), await reference.rows()], names = Object.keys(should) as BookTable[]
  return {
    kills: met, sent, read: await books.read(),
    differences: Object.fromEntries(names.map((name) => [name, between(should[name], is[name])])) as Record<BookTable, string[]>,
    rows: Object.fromEntries(names.map((name) => [name, should[name].length])) as Record<BookTable, number>,
  }
}

async function ledgerOf(hub: TestHub, name: string): Promise<string> {
  const url = await hub.createDatabase(name)
  await migrate(url)
  return url
}

async function killing(books: LedgerBooks, { route, start, kills, seed }: { route: Route; start: () => Promise<TestProgram>; kills: number; seed: string }): Promise<{ met: Kills; last: TestProgram }> {
  const random = makeRandom(seed), met: Kills = { halfWritten: 0, unread: 0 }
  let reconciler = await start()
  for (let n = 0; n < kills; n++) {
    const before = await books.position()
    await eventually(60_000, async () => { if (await books.position() <= before) throw new Error('the books do not go on') })
    await sleep(random.below(1_500))
    const open = n % 2 === 0 ? await books.halfWritten() : await caught(books)
    reconciler.kill('SIGKILL')
    await reconciler.exited
    await eventually(30_000, async () => { if (!await books.left()) throw new Error('the database still has a connection of who was killed') })
    for (const transaction of open) if (await books.became(transaction) === 'aborted') { met.halfWritten++; break }
    if (await books.unread(route) > 0) met.unread++
    reconciler = await start()
  }
  return { met, last: reconciler }
}

/** Waits for a transaction that is writing receipts. */
async function caught(books: LedgerBooks): Promise<string[]> {
  for (const until = Date.now() + 30_000; Date.now() < until;) {
    const open = await books.halfWritten()
    if (open.length > 0) return open
  }
  throw new Error('nothing was written for half a minute')
}
