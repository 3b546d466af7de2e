import { Transient } from '../failure.ts'
import { type Moved, TopicMoved } from '../topic-moved.ts'
import type { Admission } from './admission.ts'
import type { Chunk } from './chunk.ts'
import type { KafkaConnection } from './connection.ts'
import type { GroupMember } from './group.ts'
import type { Lease, Slot, Start } from './lease.ts'
import { addStateRecords, genesisKey, LeaseState } from './lease-state.ts'
import { Output } from './output.ts'
import { type Genesis, type InputFacts, inputFacts, startAt } from './position.ts'
import { Producer } from './producer.ts'
import { noteKey, type Part, Suspects } from './suspects.ts'
import { TransactionLease, type TransactionSettings } from './transaction.ts'

/** What a translation may know beside the chunk. `alone`: a record is looked for that ends the process, so one is to be tried at a time. `killed`: the chunk's only record ended the process each time that it was tried, and is to be refused for it. */
export interface InLease { readonly state: LeaseState; readonly killed: boolean; readonly alone: boolean }

export interface TranslatorLeaseSettings {
  readonly kafka: KafkaConnection
  readonly slot: Slot
  readonly group: GroupMember
  readonly transactionalId: string
  readonly stateTopic: string
  /** Says whether the partition may begin; one for all leases of the unit in this process. */
  readonly admission: Pick<Admission, 'admit'>
  /** Where a person has said to go on in a topic of another id; null: nobody has. */
  readonly adopted?: (it: Moved) => number | null
  /** Turns a chunk into records. What it throws is dealt with by class: see `failure.ts`. */
  readonly translate: (chunk: Chunk, context: InLease) => Output | Promise<Output>
  readonly transactionTimeoutMs?: number
  /** Makes the transaction layer: a test puts one in that dies between two steps. */
  readonly transaction?: (settings: TransactionSettings) => TransactionLease
}

/** Kafka to Kafka, exactly once: a chunk's records, the changes of state and the position are one transaction. */
export class TranslatorLease implements Lease {
  private readonly settings: TranslatorLeaseSettings
  private readonly transaction: TransactionLease
  private state = new LeaseState()
  private suspects: Suspects
  private dropped = false

  constructor(settings: TranslatorLeaseSettings) {
    this.settings = settings
    this.suspects = this.suspecting()
    const { kafka, group, transactionalId } = settings
    const make = settings.transaction ?? ((it: TransactionSettings) => new TransactionLease(it))
    this.transaction = make({
      cluster: kafka.forLease(), transactionalId, groupId: group.groupId, member: () => group.identity,
      ...(settings.transactionTimeoutMs === undefined ? {} : { timeoutMs: settings.transactionTimeoutMs }),
    })
  }

  async acquire(): Promise<readonly Start[]> {
    const { kafka, slot, stateTopic, admission } = this.settings
    await admission.admit(slot.partition)
    await this.transaction.acquire()
    this.state = await LeaseState.load(kafka.control, stateTopic, slot.partition)
    this.suspects = this.suspecting()
    const starts: Start[] = [], moved: Moved[] = []
    const genesis = new Output()
    for (const topic of slot.inputs) {
      const committed = await this.transaction.committed(topic, slot.partition)
      const facts = await inputFacts(kafka.control, topic, slot.partition)
      const known = this.state.genesis(topic), it = movedOf(facts, known, committed)
      const adopted = it === null ? null : this.settings.adopted?.(it) ?? null
      if (it !== null && adopted === null) { moved.push(it); continue }
      const from = adopted === null ? known : { topicId: facts.topicId, first: known!.first, was: [...(known!.was ?? []), known!.topicId] }
      const position = startAt(facts, from, adopted ?? (committed < 0 ? null : committed))
      if (from !== known || known === null) genesis.state(genesisKey(topic), from ?? { topicId: facts.topicId, first: position })
      starts.push({ topic, position, topicId: facts.topicId })
    }
    if (moved.length > 0) throw new TopicMoved('kafka.topic_recreated', moved)
    // Beginning and position are written together: from then on a missing position can only be a lost one.
    const first = starts.filter((start) => genesis.stateChanges.has(genesisKey(start.topic)))
    if (first.length > 0) await this.commit(genesis, first.map(({ topic, position }) => ({ topic, partition: slot.partition, offset: position })))
    return starts
  }

  async handle(chunk: Chunk): Promise<void> {
    const { suspects } = this, { alone } = this.settings.kafka
    if (!suspects.watches || chunk.records.length === 0) return alone.together(() => this.write({ chunk, killed: false }, false))
    if (suspects.suspects(chunk)) {
      // Each alone in the whole process: else a record would be blamed for what another partition's does.
      for (const part of suspects.parts(chunk)) await alone.alone(() => this.attempt(part, true))
    } else await alone.together(() => this.attempt({ chunk, killed: false }, false))
    suspects.trust()
  }

  /** Notes what is tried, tries it, and takes the note back with its commit. */
  private async attempt(part: Part, alone: boolean): Promise<void> {
    const { suspects } = this, note = new Output()
    suspects.begin(part, alone, note)
    await this.commit(note, [])
    try { await this.write(part, alone, (output) => { suspects.end(output) }) } catch (error) {
      suspects.survive()
      await this.forgetNote()
      throw error
    }
  }

  private suspecting(): Suspects { return new Suspects(this.state, `${this.settings.stateTopic}/${this.settings.slot.partition}`) }

  /** Who lives to tell takes its note back, so that the next owner does not count it. Without the lease it does so in a plain record: at worst a note is lost, and a killer found one death later. */
  private async forgetNote(): Promise<void> {
    const { kafka, stateTopic, slot } = this.settings, clean = new Output()
    this.suspects.end(clean)
    await this.commit(clean, []).catch(() => new Producer(kafka).send(stateTopic, [{ key: noteKey, value: null, partition: slot.partition }]).catch(() => {}))
  }

  private async write({ chunk, killed }: Part, alone: boolean, note?: (output: Output) => void): Promise<void> {
    const output = await this.settings.translate(chunk, { state: this.state, killed, alone })
    if (this.dropped) {
      output.release()
      throw new Transient('kafka.lease_lost', 'the slot was lost while its chunk was translated')
    }
    note?.(output)
    await this.commit(output, [{ topic: chunk.topic, partition: chunk.partition, offset: chunk.next }])
  }

  drop(): void { this.dropped = true }

  private async commit(output: Output, offsets: { topic: string; partition: number; offset: number }[]): Promise<void> {
    try {
      addStateRecords(output, this.settings.stateTopic, this.settings.slot.partition)
      await this.transaction.run({ batches: output.batches(), offsets })
      this.state.apply(output.stateChanges)
    } finally {
      output.release()
    }
  }
}

/** Null: it is the topic that the lease remembers, or the first one. */
function movedOf({ topic, partition, topicId: now }: InputFacts, known: Genesis | null, committed: number): Moved | null {
  return known === null || known.topicId === now ? null : { topic, partition, was: known.topicId, now, position: committed < 0 ? null : committed, first: known.first }
}

/** For handlers that are called through Nest, whose answers have no type. */
export function expectOutput(value: unknown): Output {
  if (value instanceof Output) return value
  throw new Error('a translator answered a chunk with something that is no Output')
}
