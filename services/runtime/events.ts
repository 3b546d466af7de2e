import { metrics, trace } from '@opentelemetry/api'
import { log } from './log.ts'
import type { Slot, SlotState } from './kafka/lease.ts'
import type { Moved } from './topic-moved.ts'

// One function for each thing that happens: counter, span and log together. Names, units and attributes are fixed here and nowhere else.
// Attributes are bounded: units, models, outcomes, codes. Never a payload, an entity or a person.

const meter = () => metrics.getMeter('tributary')
const lazy = <T>(make: () => T) => { let made: T | undefined; return () => (made ??= make()) }
const counter = (name: string, unit: string, description: string) => lazy(() => meter().createCounter(name, { unit, description }))
const histogram = (name: string, description: string, boundaries: number[]) => lazy(() => meter().createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: boundaries } }))
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

const sourceRecords = counter('hub.source.records', '{record}', 'Source records by what became of them: mapped, filtered (reason: the filter), rejected (reason: the code) or parked.')
const emitted = counter('hub.source.emitted', '{record}', 'Canonical records that a source gave, by model.')
const rulesBroken = counter('hub.rule.broken', '{record}', 'Records that break a rule, by rule: refused for it (rejected), or counted and let through (warned).')
const unknownFields = counter('hub.source.unknown_fields', '{field}', 'Payload fields that the contract does not know; they are allowed, and named in the log once.')
const targetRecords = counter('hub.target.records', '{record}', 'Canonical records at a target by what became of them: applied, superseded, stale, duplicate, filtered, rejected or parked.')
const chunkSeconds = histogram('hub.chunk.duration', 'From the first byte of a chunk in hand to its commit.', seconds)
const lagSeconds = histogram('hub.record.age', 'Age of the newest record of a chunk when its effect was committed, by its Kafka timestamp.', seconds)
const redrivesRefused = counter('hub.redrive.refused', '{record}', 'Records of a redrive topic that nobody of the hub wrote.')
const commandsRefused = counter('hub.commands.refused', '{command}', 'Commands that changed nothing: unknown, unreadable, or there before.')
const floods = counter('hub.source.floods', '{flood}', 'Times that a partition was held back because too large a share of its records was refused.')
const targetFloods = counter('hub.target.floods', '{flood}', 'Times that a model was held back at a target, because it refused too many of its entities for one cause.')
const stateChanges = counter('hub.unit.state_changes', '{change}', 'Changes of state of a partition of a unit.')
const leaseLosses = counter('hub.lease.losses', '{loss}', 'Leases that were dropped, by cause. A few at each rebalance are normal.')
const auditRecords = counter('hub.audit.records', '{record}', 'Source records that the audit of the topics has compared with what became of them.')
const auditBehind = lazy(() => meter().createGauge('hub.audit.behind', { unit: '{record}', description: 'Source records that the audit of the topics has not compared yet.' }))
const findingsNew = counter('hub.findings.new', '{finding}', 'Differences between both sides that nobody was told of before, by kind.')
const findingsOpen = lazy(() => meter().createGauge('hub.findings.open', { unit: '{finding}', description: 'Differences between both sides that wait for a person, by kind.' }))
const targetRowsCompared = counter('hub.target_audit.rows', '{row}', 'Rows of targets that the audit has compared with the canonical topics.')
const booksReceipts = counter('hub.books.receipts', '{receipt}', 'Receipts that were written into the books.')
const targetsBack = counter('hub.books.went_back', '{partition}', 'Partitions of targets that stood where they had stood once, as after a restore.')
const booksBreaks = lazy(() => meter().createGauge('hub.books.breaks', { unit: '{interval}', description: 'Intervals of offsets that nobody accounted for (gap) or that were accounted for twice (overlap).' }))

/** By target, in milliseconds. Observed, so that an age grows when nobody looks any more. */
const verifiedThrough = new Map<string, number>()
const verifiedAge = lazy(() => meter().createObservableGauge('hub.verified.age', { unit: 's', description: 'How long ago the instant is up to which everything that a target should hold is proven to be there.' })
  .addCallback((it) => { for (const [target, at] of verifiedThrough) it.observe(Math.max(0, Date.now() - at) / 1000, { 'hub.target': target }) }))
const balanceRemainder = lazy(() => meter().createGauge('hub.balance.remainder', { unit: '{record}', description: 'Records of settled blocks that a source or target has not accounted for. 0 is right.' }))

export interface TranslatedChunk { unit: string; partition: number; read: number; counts: Iterable<{ model: string | null; outcome: string; reason: string | null; count: number }>; seconds: number; newest: number | null }
export interface DeliveredChunk { unit: string; model: string; partition: number; read: number; outcomes: Readonly<Record<string, number>>; seconds: number; newest: number | null }

export const events = {
  programStarting(program: string, port: number) { log.info('program.starting', { program, port, pid: process.pid, node: process.version }) },
  programReady(program: string) { log.info('program.ready', { program }) },
  programStopping(program: string, signal: string) { log.info('program.stopping', { program, signal }) },
  programFailed(program: string, error: Error) { log.error('program.failed', { program, ...described(error) }) },
  consoleListening(url: string) { log.info('console.listening', { url }) },
  requestFailed(program: string, request: string, error: Error) { log.error('request.failed', { program, request, ...described(error) }) },

  chunkTranslated(it: TranslatedChunk) {
    for (const { model, outcome, reason, count } of it.counts) {
      // What a redrive takes back was counted once already.
      if (count <= 0) continue
      if (outcome === 'emitted') emitted().add(count, { 'hub.source': it.unit, 'hub.model': model as string })
      else if (outcome !== 'read' && outcome !== 'warned') sourceRecords().add(count, { 'hub.source': it.unit, 'hub.outcome': outcome, ...(reason === null ? {} : { 'hub.reason': reason }) })
    }
    events.rulesBroken(it.unit, it.counts)
    committed('translate', it)
  },
  chunkDelivered(it: DeliveredChunk) {
    for (const [outcome, count] of Object.entries(it.outcomes)) if (count > 0) targetRecords().add(count, { 'hub.target': it.unit, 'hub.model': it.model, 'hub.outcome': outcome })
    committed('deliver', it)
  },
  /** Rules by their names, which are data of ours. A record that breaks several is refused for the first. */
  rulesBroken(unit: string, counts: TranslatedChunk['counts']) {
    for (const { outcome, reason, count } of counts) {
      if (reason === null || count <= 0 || !(outcome === 'warned' || (outcome === 'rejected' && reason.startsWith('rule.')))) continue
      rulesBroken().add(count, { 'hub.unit': unit, 'hub.rule': reason.replace('rule.', ''), 'hub.outcome': outcome })
    }
  },
  unknownField(source: string, field: string, first: boolean, count: number) {
    unknownFields().add(count, { 'hub.source': source })
    if (first) log.warn('source.unknown_field', { source, field, says: 'The payload has a field that the contract does not know. It is allowed; nobody reads it.' })
  },
  redriveRefused(unit: string) {
    redrivesRefused().add(1, { 'hub.unit': unit })
    log.error('redrive.refused', { unit, says: 'A record of the redrive topic does not say which record of this partition it is. Nothing was done with it; only the reconciler may write there.' })
  },
  floodFound({ name, owner, onCall }: { name: string; owner: string; onCall: string }, partition: number, { refused, of }: { refused: number; of: number }) {
    floods().add(1, { 'hub.source': name })
    log.error('source.flood', { source: name, partition, refused, of, owner, onCall, says: 'Too large a share of records is refused: the source or the mapping has changed. The partition is held back.' })
  },
  targetFloodFound({ name, owner, onCall }: { name: string; owner: string; onCall: string }, model: string, { cause, refused, of }: { cause: string; refused: number; of: number }) {
    targetFloods().add(1, { 'hub.target': name, 'hub.model': model })
    log.error('target.flood', { target: name, model, cause, refused, of, owner, onCall, says: 'The target refuses too many entities for one cause: it has changed, not so many records are bad. What comes next of the model waits.' })
  },
  redriveFailed(error: Error) { log.error('redrive.failed', { ...described(error), says: 'What a command has claimed could not be sent; it is tried again.' }) },
  repairFailed(error: Error) { log.error('repair.failed', { ...described(error), says: 'It could not be found out what mends a finding; it is tried again, and what is published later waits for it.' }) },
  compareFailed(error: Error) { log.error('compare.failed', { ...described(error), says: 'A part of a source could not be compared with what was made of it; it is tried again.' }) },
  tableUnread(table: string, error: Error) { log.warn('table.unread', { table, ...described(error), says: 'A table that records are compared with cannot be read. Its source waits when the table gets older than its card allows.' }) },
  ordersUnread(error: Error) { log.warn('orders.unread', { ...described(error), says: 'What people have ordered cannot be read. Who has not read it before waits.' }) },
  topicsAdopted(unit: string, moved: readonly Moved[]) { log.info('topics.adopted', { unit, topics: moved.map(({ topic, partition, was, now, position }) => `${topic}/${partition} ${was} to ${now} at ${position}`), says: 'A person has said that the unit goes on in topics of other ids.' }) },
  commandRefused(which: string | number, reason: string) {
    commandsRefused().add(1)
    log.error('command.refused', { which, reason, says: 'Something came on the topic of commands that changes nothing.' })
  },
  parkedGone(unit: string, offset: number) {
    log.error('parked.gone', { unit, offset, says: 'A record that waited is no longer in the topic where it lay. Redrive it: its bytes lie in the rejected topic. What waits behind it goes on waiting.' })
  },
  slotState(stage: string, slot: Slot, state: SlotState, reason?: Error) {
    stateChanges().add(1, { 'hub.unit': slot.unit, 'hub.state': state })
    const what = { stage, unit: slot.unit, topic: slot.inputs[0], partition: slot.partition, state, ...(reason ? described(reason) : {}) }
    if (state === 'stopped') log.error('unit.stopped', what)
    else if (state === 'paused') log.warn('unit.paused', what)
    else log.info('unit.state', what)
  },
  leaseLost(slot: Slot, reason: Error, first = true) {
    leaseLosses().add(1, { 'hub.unit': slot.unit, 'hub.code': codeOf(reason) })
    if (first) log.info('lease.lost', { unit: slot.unit, partition: slot.partition, ...described(reason) })
  },
  auditBehind(source: string, records: number) { auditBehind().record(records, { 'hub.source': source }) },
  audited(source: string, records: number) { auditRecords().add(records, { 'hub.source': source }) },
  auditFailed(error: Error) { log.warn('audit.failed', { ...described(error), says: 'The audit of the topics could not go on; it is tried again from where it was.' }) },
  /** Coordinates only: which entity it is, the finding says. */
  findingFound(unit: string, kind: string, id: string, place: Readonly<Record<string, string | number>>) {
    findingsNew().add(1, { 'hub.unit': unit, 'hub.kind': kind })
    log.error('finding.new', { unit, kind, id, place, says: 'Both sides differ. npm run hub -- findings show <id> tells more.' })
  },
  findingsOpen(counts: Readonly<Record<string, number>>) { for (const [kind, count] of Object.entries(counts)) findingsOpen().record(count, { 'hub.kind': kind }) },
  targetNotAudited(target: string) { log.warn('target.not_audited', { target, says: 'The reconciler was not told where this target is, so nobody audits it: give it the settings of the target.' }) },
  targetAuditFailed(target: string, error: Error) { log.warn('target.audit_failed', { target, ...described(error), says: 'A target could not be audited; its model is begun again.' }) },
  targetAudited(target: string, pass: { readonly model: string; readonly rows: number }, told: number) {
    targetRowsCompared().add(pass.rows, { 'hub.target': target, 'hub.model': pass.model })
    log.info('target.audited', { target, ...pass, told })
  },
  booksWritten(receipts: number) { booksReceipts().add(receipts) },
  receiptsFolded(joined: number, retired: number) { if (joined + retired > 0) log.info('books.folded', { joined, retired, says: 'Old receipts were joined to longer ones, older ones folded into their blocks and spans.' }) },
  targetWentBack({ unit, topic, partition, from }: { unit: string; topic: string; partition: number; from: number }, was: number) {
    targetsBack().add(1, { 'hub.unit': unit })
    log.warn('books.target_went_back', { unit, topic, partition, from, was, says: 'The target stands where it stood once, as if restored: what it had accounted for from there on counts no more until it has accounted for it again.' })
  },
  booksChecked(found: { gaps: number; overlaps: number }, example: string | null) {
    booksBreaks().record(found.gaps, { 'hub.kind': 'gap' })
    booksBreaks().record(found.overlaps, { 'hub.kind': 'overlap' })
    if (example !== null) log.error('books.broken', { ...found, example, says: 'Some offsets were accounted for never or twice.' })
  },
  verified(target: string, through: number) {
    verifiedAge()
    verifiedThrough.set(target, through)
  },
  balanceRemains(unit: string, records: number) { balanceRemainder().record(records, { 'hub.unit': unit }) },
  balanceFailed(error: Error) { log.warn('balance.failed', { ...described(error), says: 'The balance could not look; it is tried again. Until then nothing newer is proven.' }) },
}

function committed(stage: 'translate' | 'deliver', it: { unit: string; partition: number; read: number; seconds: number; newest: number | null }) {
  const attributes = { 'hub.unit': it.unit, 'hub.stage': stage }
  const now = Date.now()
  chunkSeconds().record(it.seconds, attributes)
  if (it.newest !== null) lagSeconds().record(Math.max(0, now - it.newest) / 1000, attributes)
  trace.getTracer('tributary').startSpan(`${stage} ${it.unit}`, { startTime: now - it.seconds * 1000, attributes: { ...attributes, 'hub.partition': it.partition, 'hub.records': it.read } }).end(now)
  log.debug('chunk.committed', { stage, unit: it.unit, partition: it.partition, read: it.read, seconds: it.seconds })
}

const codeOf = (error: Error) => { const { code } = error as { code?: unknown }; return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name }
const described = (error: Error) => ({ code: codeOf(error), reason: error.message, ...(['Transient', 'Environment', 'Stopped', 'SettingsWrong', 'PausedByPerson'].includes(error.name) ? {} : { stack: error.stack }) })
