import { Environment } from '../../runtime/failure.ts'
import type { Verdict } from './target.ts'

const suspicious = 20
/** Many entities failing with one cause is the target's fault, such as a column that somebody added: the sink pauses, and nothing is rejected for it. */
export function refuseToRejectEverything(verdicts: readonly Verdict[], entities: number): void {
  const causes = new Map<string, number>()
  for (const it of verdicts) {
    if (it.outcome !== 'rejected') continue
    const cause = it.problems.map(({ code, field }) => `${code} on ${field}`).join(', ')
    causes.set(cause, (causes.get(cause) ?? 0) + 1)
  }
  for (const [cause, count] of causes) if (count >= suspicious && count * 2 > entities) throw new Environment('target.refuses_most', `The target refuses ${count} of ${entities} entities for one reason: ${cause}`)
}
