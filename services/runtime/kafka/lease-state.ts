import type { Cluster } from './cluster.ts'
import type { Output } from './output.ts'
import type { Genesis } from './position.ts'
import { readPartition } from './read-all.ts'

/** What a lease remembers between owners: one partition of the compacted `state.<unit>`, as JSON by key. */
export class LeaseState {
  private readonly entries = new Map<string, unknown>()
  private readonly counts = new Map<string, number>()

  /** Only after the lease was acquired: from then on nobody else writes it. */
  static async load(cluster: Cluster, topic: string, partition: number): Promise<LeaseState> {
    const state = new LeaseState()
    for await (const records of readPartition(cluster, topic, partition)) {
      for (const { key, value } of records) {
        if (key !== null) state.set(key.toString(), value === null ? undefined : JSON.parse(value.toString()))
      }
    }
    return state
  }

  get(key: string): unknown { return this.entries.get(key) }
  entriesUnder(prefix: string): [string, unknown][] { return [...this.entries].filter(([key]) => key.startsWith(prefix)) }
  /** How many keys there are in the folder of a key, such as `open/`. */
  countUnder(folder: string): number { return this.counts.get(folder) ?? 0 }

  /** Takes over what was committed. */
  apply(changes: ReadonlyMap<string, unknown>): void {
    for (const [key, value] of changes) this.set(key, value)
  }
  private set(key: string, value: unknown): void {
    const folder = key.slice(0, key.indexOf('/') + 1), before = this.entries.size
    if (value === undefined) this.entries.delete(key)
    else this.entries.set(key, value)
    this.counts.set(folder, this.countUnder(folder) + this.entries.size - before)
  }

  genesis(topic: string): Genesis | null {
    const value = this.get(genesisKey(topic))
    if (value === undefined) return null
    if (!isGenesis(value)) throw new Error(`the state of ${topic} holds a genesis that is none`)
    return value
  }
}

export const genesisKey = (topic: string) => `genesis/${topic}`

/** Adds the state changes of an output to its records. */
export function addStateRecords(output: Output, topic: string, partition: number): void {
  for (const [key, value] of output.stateChanges) {
    output.add(topic, partition, Buffer.from(key), value === undefined ? null : Buffer.from(JSON.stringify(value)))
  }
}

function isGenesis(value: unknown): value is Genesis {
  return typeof value === 'object' && value !== null && 'topicId' in value && typeof value.topicId === 'string' && 'first' in value && typeof value.first === 'number'
}
