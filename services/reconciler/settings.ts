import { milliseconds } from '../../canonical/duration.ts'
import { ledger, registry, type Settings, stream, wholeNumber } from '../runtime/settings.ts'
import { targetSettings } from './target-audit/told-targets.ts'

const own = {
  receiptsKept: { env: 'HUB_RECEIPTS_KEPT', says: 'How long the ledger keeps receipts, as an ISO 8601 duration, those of ten minutes joined after an hour; then only what they add up to.', fallback: 'P7D', read: milliseconds },
  auditPerSecond: { env: 'HUB_AUDIT_PER_SECOND', says: 'How many source records a second the audit of the topics may compare, which bounds what it costs. 0: it audits only what a person asks for.', fallback: '5000', read: wholeNumber },
  targetAuditMs: { env: 'HUB_AUDIT_TARGETS_EVERY_MS', says: 'How often each target is audited, model by model.', fallback: '900000', read: wholeNumber },
  targetAuditPerSecond: { env: 'HUB_AUDIT_TARGETS_PER_SECOND', says: 'Most canonical records a second that an audit of a target reads.', fallback: '20000', read: wholeNumber },
} satisfies Settings

/** What the reconciler reads beside the common settings: its own, and where the targets are that it is to audit. */
export const reconcilerSettings = { ...registry, ...stream, ...ledger, ...own, ...targetSettings }
