import { noCounts } from '../../runtime/audit-counts.ts'
import { events } from '../../runtime/events.ts'
import { findingKinds, type FindingKindName } from '../../runtime/finding-kinds.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { Rounds } from '../../runtime/rounds.ts'
import type { Found } from '../findings/finding.ts'
import { tell } from '../findings/tell.ts'
import { writeFindings } from '../findings/write-findings.ts'
import { turnOf } from '../job.ts'
import type { RunningActs } from '../running-acts.ts'
import type { AuditRange } from './audited-part.ts'
import { describe, describeStray } from './describe.ts'
import { judgeAllLate } from './judge-all-late.ts'
import { nameSome } from './name-some.ts'
import { rangeOf } from './range.ts'
import { type AuditCursor, type AuditParts, type Late, type Step, TopicAudit } from './topic-audit.ts'

const topicKinds = Object.keys(findingKinds).filter((it) => it.startsWith('topic.')) as FindingKindName[]
const idleMs = 2_000
const atOnce = 20_000
/** Records a second when a person waits for it. */
const pacePerPerson = 20_000

/** An audit under way: what it holds in memory is good as long as nobody else has moved its cursor. */
interface UnderWay { readonly audit: TopicAudit; step: number; written: string }
interface Asked { readonly command: string; readonly range: AuditRange; readonly since: Date }

/** Audits the topics behind the stream, and whatever a person asks for before that. One reconciler at a time does; what was found is written with how far it is. */
export class Auditor {
  readonly #it: AuditParts
  readonly #perSecond: number
  readonly #running: RunningActs
  readonly #underWay = new Map<string, UnderWay>()
  readonly #rounds: Rounds
  constructor(it: AuditParts, perSecond: number, running: RunningActs) {
    this.#it = it
    this.#running = running
    this.#perSecond = perSecond
    this.#rounds = new Rounds(() => this.#round().catch((error: unknown) => {
      // What is in memory may be ahead of what was written.
      this.#underWay.clear()
      events.auditFailed(error instanceof Error ? error : new Error(String(error)))
      return idleMs
    }))
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  async #round(): Promise<number> {
    const began = performance.now(), [command] = await this.#running.any(['audit']) ? await this.#it.ledger.command.findMany({ where: { act: 'audit', status: 'running' }, orderBy: { at: 'asc' }, take: 1 }) : []
    const range = command === undefined ? null : rangeOf(command.subject!), asked: Asked | null = command === undefined || range === null ? null : { command: command.id, range, since: command.at }
    // It was taken in by a version that had this source.
    if (command !== undefined && range === null) await this.#it.ledger.command.update({ where: { id: command.id }, data: { status: 'refused', detail: 'This hub has no such source any more.', endedAt: new Date() } })
    if (asked === null && this.#perSecond === 0) return idleMs
    let records = 0, done = true
    await turnOf<AuditCursor>(this.#it.ledger, asked === null ? 'audit of the topics' : `audit ${asked.command}`, async ({ cursor, commit }) => {
      const underWay = await this.#at(asked, cursor), step = await underWay.audit.step(asked === null ? Math.min(atOnce, this.#perSecond * 4) : atOnce)
      records = step.records
      if (asked === null) for (const [unit, behind] of underWay.audit.behind()) events.auditBehind(unit, behind)
      done = step.done
      if (step.outgrown) this.#underWay.clear()
      else await this.#write(underWay, step, asked, commit)
    }, 60_000)
    if (done && asked === null) return idleMs
    // The rest of a round is what keeps the cost bounded.
    const pace = asked === null ? this.#perSecond : pacePerPerson
    return Math.max(records === 0 ? 200 : 0, (records / pace) * 1000 - (performance.now() - began))
  }

  async #at(asked: Asked | null, cursor: AuditCursor | null): Promise<UnderWay> {
    const key = asked?.command ?? '', known = this.#underWay.get(key)
    if (known !== undefined && known.step === (cursor?.step ?? 0)) return known
    const fresh = { audit: await TopicAudit.open(this.#it, cursor, asked?.range ?? null), step: cursor?.step ?? 0, written: '' }
    this.#underWay.set(key, fresh)
    return fresh
  }

  async #write(underWay: UnderWay, step: Step, asked: Asked | null, commit: (cursor: AuditCursor, write: (tx: LedgerTransaction) => Promise<void>) => Promise<void>): Promise<void> {
    const { audit } = underWay, { cluster, ledger, names, sources } = this.#it
    const { differences, remembered, mended } = await judgeAllLate(step.late, audit.counts, { cluster, ledger })
    const found: Found[] = step.strays.map((it) => describeStray(it, sources.find(({ source }) => source.models.includes(it.lane.model))!.card.name))
    for (const it of [...step.differences, ...differences]) found.push(await describe(it, cluster, names.canonical, audit.reader))
    let news: readonly Found[] = []
    const cursor = audit.cursorAfter(underWay.step), written = JSON.stringify({ ...cursor, step: 0 })
    // A round without anything new writes nothing.
    if (asked === null && found.length === 0 && written === underWay.written) return
    await commit(cursor, async (tx) => {
      await remember(tx, [...step.outOfOrder, ...remembered])
      news = await writeFindings(tx, await nameSome(tx, found), null)
      for (const { unit, about } of mended) await writeFindings(tx, [], { unit, kinds: ['topic.missing', 'topic.altered'], abouts: [about] })
      if (asked !== null) await this.#tell(tx, asked, audit, step.done)
    })
    Object.assign(underWay, { step: cursor.step, written })
    tell(news)
    for (const [unit, read] of step.read) events.audited(unit, read)
    if (asked !== null && step.done) this.#underWay.delete(asked.command)
  }

  /** How far the command is, and at its end what it did not find any more. */
  async #tell(tx: LedgerTransaction, { command, range, since }: Asked, audit: TopicAudit, done: boolean): Promise<void> {
    const counts = audit.counts[range.source] ?? noCounts()
    await tx.command.updateMany({ where: { id: command, status: 'running' }, data: { counts, ...(done ? { status: 'done', endedAt: new Date() } : {}) } })
    if (done) await tx.$executeRaw`update audit set after = ${JSON.stringify(counts)}::jsonb where act = 'audit' and before ->> 'command' = ${command}`
    if (done && range.partition === null && range.from === 0 && range.to === Infinity) await writeFindings(tx, [], { unit: range.source, kinds: topicKinds, since })
  }
}

async function remember(tx: LedgerTransaction, these: readonly Late[]): Promise<void> {
  if (these.length === 0) return
  await tx.outOfOrder.createMany({
    data: these.map(({ part: { topic, partition }, seen: { offset, model, entity, revision, lane, at } }) => ({ topic, partition, offset, model, entity, revision, lane, at })), skipDuplicates: true,
  })
}
