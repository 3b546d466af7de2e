import { Alone } from './alone.ts'
import { Cluster } from './cluster.ts'
import { Fetcher } from './fetcher.ts'
import { Turns } from './turns.ts'

export interface KafkaSettings {
  brokers: string[]
  clientId: string
  tls?: { ca?: string; cert?: string; key?: string; rejectUnauthorized?: boolean } | boolean
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
}

/** Four connections carry any number of leases; one hurts the tail (p99 237 ms against 72 ms at 30,000 records/s). */
const leaseClusters = 4

/** What one program holds of a Kafka cluster. Nothing is opened before it is needed. */
export class KafkaConnection {
  readonly settings: KafkaSettings
  /** Reads for all streams of the program; see `Fetcher`. */
  readonly fetcher: Fetcher
  /** Whose chunk is next, over all units of the program. */
  readonly turns = new Turns()
  /** Chunks of all units go side by side, a suspected record by itself. */
  readonly alone = new Alone()
  /** Metadata, offsets, state and plain reads and writes. */
  readonly control: Cluster
  private readonly leases: Cluster[] = []
  private readonly all: Cluster[] = []
  private turn = 0

  constructor(settings: KafkaSettings) {
    this.settings = settings
    this.control = this.cluster()
    this.fetcher = new Fetcher(this.cluster())
  }

  /** One of the few clusters that leases share, in turn. */
  forLease(): Cluster {
    if (this.leases.length < leaseClusters) this.leases.push(this.cluster())
    const cluster = this.leases[this.turn++ % leaseClusters]
    return cluster ?? this.control
  }

  /** A group needs a cluster of its own: its JoinGroup waits for seconds. */
  cluster(requestMs = 10_000): Cluster {
    const cluster = new Cluster(this.settings, { requestMs })
    this.all.push(cluster)
    return cluster
  }

  async close(): Promise<void> {
    this.fetcher.close()
    await Promise.all(this.all.map((cluster) => cluster.close()))
  }
}

export const kafkaConnection = (settings: KafkaSettings) => new KafkaConnection(settings)
