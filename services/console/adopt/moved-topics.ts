import { booksUnit } from '../../runtime/books-unit.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAll } from '../../runtime/kafka/read-all.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import { stateOf } from '../../runtime/state-record.ts'
import type { Moved } from '../../runtime/topic-moved.ts'

export interface MovedUnit { readonly unit: string; readonly stage: 'books' | 'translate' | 'deliver'; readonly moved: readonly Moved[] }
/** `silent`: nothing was heard of them for half a minute, so nobody knows what they remember. */
export interface MovedTopics { readonly units: readonly MovedUnit[]; readonly silent: readonly string[] }

const silentAfterMs = 30_000

/** Where units stand still because topics have other ids. Leases say so themselves, on a topic that is read here without the books; where the books stand, the ledger knows. */
export async function movedTopics({ cluster, ledger, names, units }: { readonly cluster: Cluster; readonly ledger: Ledger; readonly names: Names; readonly units: readonly string[] }): Promise<MovedTopics> {
  await cluster.know([names.states])
  await cluster.refresh()
  const said = new Map((await readAll(cluster, names.states)).map(({ record: { key, value } }) => [key?.toString(), value === null ? null : stateOf(value)]))
  const words = [...said.values()].filter((it) => it !== null), since = Date.now() - silentAfterMs
  const found = Map.groupBy(words.filter(({ unit, state }) => units.includes(unit) && state === 'stopped'), ({ unit }) => unit)
  const all: MovedUnit[] = [{ unit: booksUnit, stage: 'books', moved: await movedBooks(cluster, ledger) }]
  for (const [unit, these] of found) all.push({ unit, stage: these[0]!.stage, moved: these.flatMap(({ moved = [] }) => moved) })
  const heard = new Set(words.filter(({ at }) => Date.parse(at) >= since).map(({ unit }) => unit))
  const ids = (await cluster.ask(all.flatMap(({ moved }) => moved.map(({ topic }) => topic)))).topics
  // What was said of a topic that has yet another id by now is said no more.
  const now = all.map((it) => ({ ...it, moved: it.moved.filter(({ topic, now }) => ids.get(topic)?.id === now).toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1)) }))
  return { units: now.filter(({ moved }) => moved.length > 0), silent: units.filter((unit) => !heard.has(unit)) }
}

/** Topics of the hub's own that have other ids than the books remember. */
export async function movedBooks(cluster: Cluster, ledger: Ledger): Promise<Moved[]> {
  const positions = await ledger.position.findMany({ orderBy: [{ topic: 'asc' }, { partition: 'asc' }] })
  const { topics } = positions.length === 0 ? { topics: new Map<string, { id: string }>() } : await cluster.ask([...new Set(positions.map(({ topic }) => topic))])
  return positions.flatMap(({ topic, partition, topicId: was, next, first }) => {
    const now = topics.get(topic)?.id
    return now === undefined || now === was ? [] : [{ topic, partition, was, now, position: Number(next), first: Number(first) }]
  })
}
