import { Controller, Inject } from '@nestjs/common'
import { receiptCodec, rejectionCodec } from '../../../canonical/codec.ts'
import { events } from '../../runtime/events.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { OnChunk } from '../../runtime/kafka/stage.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { Registry } from '../../runtime/registry.ts'
import { stateOf } from '../../runtime/state-record.ts'
import type { Write } from './books-lease.ts'
import { decode } from './decode.ts'
import { takeBack } from './take-back.ts'
import { writePassedOver } from '../bootstrap/write-passed-over.ts'
import { commandsOf } from '../redrive/commands-of.ts'
import { takeCommand } from '../redrive/take-command.ts'
import { writeAnswers } from '../redrive/write-answers.ts'
import { partsOf } from './went-back.ts'
import { writeReceipts } from './write-receipts.ts'
import { writeRejections } from './write-rejections.ts'
import { writeStates } from './write-states.ts'

/** What Nest knows them by. */
export const ledgerOf = Symbol('ledger'), clusterOf = Symbol('cluster')

/** Reads what the stages say about themselves. Each answer is what the ledger takes in, in one transaction with the position. */
@Controller()
export class BooksKeeper {
  readonly #receipts = receiptCodec()
  readonly #rejections = rejectionCodec()
  constructor(@Inject(Registry) private readonly registry: Registry, @Inject(ledgerOf) private readonly ledger: Ledger, @Inject(clusterOf) private readonly cluster: Cluster) {}

  @OnChunk('receipts')
  async receipts(chunk: Chunk): Promise<Write> {
    const { ledger, cluster, registry } = this, codec = this.#receipts
    const parts = await partsOf({ ledger, cluster, registry, codec }, chunk, await decode(chunk, codec, registry))
    return async (tx) => {
      for (const { back, receipts } of parts) {
        if (back !== null) { await takeBack(tx, back); events.targetWentBack(back.to, back.was) }
        if (receipts.length === 0) continue
        const fresh = await writeReceipts(tx, receipts)
        await writeAnswers(tx, fresh)
        await writePassedOver(tx, fresh)
      }
    }
  }

  @OnChunk('states')
  async states(chunk: Chunk): Promise<Write> {
    const states = chunk.records.flatMap(({ value }) => (value === null ? [] : stateOf(value) ?? []))
    return async (tx) => { if (states.length > 0) await writeStates(tx, states) }
  }

  @OnChunk('rejections')
  async rejections(chunk: Chunk): Promise<Write> {
    const rejections = await decode(chunk, this.#rejections, this.registry)
    return async (tx) => { if (rejections.length > 0) await writeRejections(tx, chunk.partition, rejections) }
  }

  @OnChunk('commands')
  async commands(chunk: Chunk): Promise<Write> {
    const commands = await commandsOf(chunk, this.registry)
    return async (tx) => { for (const { command, turn } of commands) await takeCommand(tx, command, turn) }
  }
}
