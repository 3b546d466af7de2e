import { Environment } from '../failure.ts'
import { Admin } from './admin.ts'
import type { KafkaConnection } from './connection.ts'
import { committedOffsets, offsetOf } from './offsets.ts'

export interface AdmissionSettings {
  readonly kafka: KafkaConnection
  readonly topic: string
  readonly groupId: string
  /** Has as many partitions as the source has that were let in. */
  readonly stateTopic: string
  /** Get as many partitions, before the first record needs them. */
  readonly companions: readonly string[]
}
/** What stood in the way when somebody looked first. */
interface Noted { readonly admitted: number; readonly count: number; readonly ends: readonly number[] }

/**
 * Lets the partitions that a source got later begin when those before them have passed the ends that they had when the new ones were noticed: what an
 * entity has in its old partition is through by then. The partition count of the state topic says how many are let in, so whoever is killed meanwhile
 * leaves nothing half done; the next one looks anew, and finds later ends at most.
 */
export class Admission {
  private readonly settings: AdmissionSettings
  private noted: Noted | null = null
  private looking: Promise<string> | null = null
  constructor(settings: AdmissionSettings) { this.settings = settings }

  /** Invariant 4: throws as long as the partition has to wait, with what it waits for. */
  async admit(partition: number): Promise<void> {
    const { kafka, stateTopic, topic } = this.settings
    let admitted = await this.admitted(), waitsFor = ''
    if (partition >= admitted) {
      this.looking ??= this.look().finally(() => { this.looking = null })
      waitsFor = await this.looking
      admitted = await this.admitted()
    }
    if (partition < admitted) {
      // What is remembered of the topic may be from before it grew.
      if ((kafka.control.topic(stateTopic)?.leaders.length ?? Infinity) <= partition) await kafka.control.refresh()
      return
    }
    throw new Environment('kafka.partition_waits', `${topic}/${partition} is new and waits for the partitions before it, where older states of its entities may lie${waitsFor === '' ? '' : `: ${waitsFor}`}`)
  }

  /** Without a state topic nobody waits here: the lease says what is missing. */
  private async admitted(): Promise<number> {
    const { kafka, stateTopic } = this.settings
    return (await kafka.control.ask([stateTopic])).topics.get(stateTopic)?.leaders.length ?? Infinity
  }

  /** Lets more in where nothing is in the way any more; answers what still is. */
  private async look(): Promise<string> {
    const { kafka, topic, groupId, stateTopic, companions } = this.settings
    const admitted = await this.admitted()
    if (this.noted?.admitted !== admitted) {
      await kafka.control.refresh()
      const { leaders } = await kafka.control.mustKnow(topic)
      const ends = await Promise.all(Array.from({ length: admitted }, (_, before) => offsetOf(kafka.control, topic, before, 'latest')))
      this.noted = { admitted, count: leaders.length, ends }
    }
    const { count, ends } = this.noted
    const positions = new Map((await committedOffsets(kafka.control, groupId)).filter((it) => it.topic === topic).map((it) => [it.partition, it.offset]))
    const behind = ends.flatMap((end, before) => ((positions.get(before) ?? -1) >= end ? [] : [`${topic}/${before} is at ${positions.get(before) ?? 'no position'} of ${end}`]))
    if (behind.length > 0) return [...behind.slice(0, 3), ...(behind.length > 3 ? [`and ${behind.length - 3} more`] : [])].join(', ')
    // To the double at most: partitions that were added in several steps while nobody looked may have handed an entity on from new to newer.
    const next = Math.min(count, admitted * 2), admin = new Admin(kafka)
    for (const each of [...companions, stateTopic]) await admin.raisePartitions(each, next)
    return ''
  }
}
