import { receiptCodec } from '../../../canonical/codec.ts'
import type { Receipt } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readPartition } from '../../runtime/kafka/read-all.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'

export interface Surroundings { readonly cluster: Cluster; readonly ledger: Ledger; readonly names: Names; readonly registry: Pick<Registry, 'schemaOf'> }

/** What the hub has written down of what it has handled: the ledger, which lies in no Kafka, and the receipts that the ledger has not read yet. */
export class Witness {
  readonly it: Surroundings
  /** Receipts behind the books' position. */
  readonly unread: readonly Receipt[]
  private constructor(it: Surroundings, unread: readonly Receipt[]) {
    this.it = it
    this.unread = unread
  }

  static async of(it: Surroundings): Promise<Witness> {
    const { cluster, ledger, names, registry } = it, codec = receiptCodec(), unread: Receipt[] = []
    const { leaders } = await cluster.mustKnow(names.receipts), read = new Map((await ledger.position.findMany({ where: { topic: names.receipts } })).map(({ partition, next }) => [partition, Number(next)]))
    for (let partition = 0; partition < leaders.length; partition++) {
      for await (const records of readPartition(cluster, names.receipts, partition, read.get(partition))) for (const { value } of records) {
        const schema = value === null ? null : await registry.schemaOf(schemaIdOf(value))
        if (value !== null && schema !== null) unread.push(codec.decode(value, () => schema))
      }
    }
    return new Witness(it, unread)
  }
}
