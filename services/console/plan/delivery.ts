import type { TargetCard } from '../../../canonical/card.ts'
import type { ModelCard } from '../../../canonical/model-card.ts'
import type { Guarantee } from '../api/plan.schema.ts'

/** Whether a record can get lost or take effect twice on its way to this target. */
export function delivery(target: TargetCard, model: ModelCard): Guarantee {
  const { promise, by, needs, weakenedBy, refuses } = target.kind === 'database' ? database(target) : api(target)
  return {
    promise, by: `one Kafka transaction for records, rejections, receipt and position up to the canonical topic; then ${by}`, needs, refuses,
    weakenedBy: [...weakenedBy, ...(model.retention === 'forever' ? [] : [`The canonical topic keeps records for ${model.retention}: a target that is away longer has to be filled anew.`])],
  }
}

const database = ({ history }: TargetCard): Guarantee => ({
  promise: 'exactly once',
  by: 'rows and position in one database transaction, whose first statement fails for an owner that was fenced',
  needs: ['PostgreSQL 14 or newer (17 bounds a frozen sink as well), and the right to make tables in a schema hub of its own.'],
  weakenedBy: [],
  refuses: history ? [] : ['"exactly once, shown key by key": the target keeps no history of effect keys (history on its card).'],
})

function api({ keyLifetime }: TargetCard): Guarantee {
  const given = {
    by: 'a claim in the sink\'s state database before anything is sent, Idempotency-Key = effect key, and open claims resolved with the same key before anything newer of that entity',
    needs: ['For every Idempotency-Key the API acts once and answers a repetition with the first outcome.', 'A PostgreSQL database for the sink\'s state, kept as safely as the API\'s own data.'],
  }
  // Retries end with the outage, and nothing bounds an outage: so any finite lifetime can be outlived.
  if (keyLifetime === undefined) return { ...given, promise: 'at least once', weakenedBy: ['The card does not say how long the API remembers a key.'], refuses: ['"exactly once": without a known key lifetime a repetition may act again.'] }
  return {
    ...given, promise: `exactly once, while an open effect is resolved within ${keyLifetime}`,
    weakenedBy: [`The API forgets a key after ${keyLifetime}. Retries go on for as long as an outage: one that lasts longer, with answers lost at its beginning, can double those effects.`],
    refuses: [`"exactly once" without that condition: the key lifetime of ${keyLifetime} is shorter than the longest retry, which has no end.`],
  }
}
