import type { ModelName } from '../../../canonical/models.generated.ts'
import { events } from '../../runtime/events.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { Rounds } from '../../runtime/rounds.ts'
import type { RunningActs } from '../running-acts.ts'
import { type Around, type ToSend, toSend } from './to-send.ts'

const idleMs = 1_000

/** Finds out what is to be sent for the findings that people want repaired; the redriver sends it, as a remap's. Two reconcilers may find out the same: the first one to write counts. */
export class Repairer {
  readonly #ledger: Ledger
  readonly #around: Around
  readonly #running: RunningActs
  readonly #rounds: Rounds
  constructor(ledger: Ledger, around: Around, running: RunningActs) {
    this.#ledger = ledger
    this.#running = running
    this.#around = around
    this.#rounds = new Rounds(() => this.#work().catch((error: unknown) => { events.repairFailed(error instanceof Error ? error : new Error(String(error))); return idleMs }))
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  async #work(): Promise<number> {
    if (!await this.#running.any(['repair'])) return idleMs
    const asked = await this.#ledger.$queryRaw<{ command: string; finding: string }[]>`
      select comparison.command, command.subject as finding from comparison join command on command.id = comparison.command where command.status = 'running' and command.act = 'repair' and not comparison.done order by command.turn`
    for (const { command, finding } of asked) {
      const { kind, model, entity, place } = await this.#ledger.finding.findUniqueOrThrow({ where: { id: finding } })
      const found = model === null || entity === null ? 'It is about no single entity.' : await toSend(this.#around, { kind, model: model as ModelName, entity, place: place as Record<string, string | number> })
      await (typeof found === 'string' ? this.#giveUp(command, finding, found) : this.#note(command, found))
    }
    return idleMs
  }

  #note(command: string, { source, topicId, partition, offset, give }: ToSend): Promise<void> {
    return this.#ledger.$transaction(async (tx) => {
      const { count } = await tx.comparison.updateMany({ where: { command, done: false }, data: { source, done: true } })
      if (count > 0) await tx.republish.create({ data: { command, originPartition: partition, originOffset: offset, originTopicId: topicId, give: [{ ...give }] } })
    })
  }

  #giveUp(command: string, finding: string, why: string): Promise<void> {
    return this.#ledger.$transaction(async (tx) => {
      await tx.comparison.updateMany({ where: { command, done: false }, data: { done: true } })
      await tx.command.updateMany({ where: { id: command, status: 'running' }, data: { status: 'done', detail: `Nothing was sent. ${why}`, endedAt: new Date() } })
      await tx.finding.updateMany({ where: { id: finding, status: 'repairing', command }, data: { status: 'open' } })
    })
  }
}
