import type { TargetCard } from '../../canonical/card.ts'
import { type TargetRuleSet, uniqueIn } from '../../canonical/rules.ts'
import type { TargetProgram } from './targets/target.ts'

/** A rule that nobody would keep is refused at the start, and not passed over. */
export function refuseUnkept({ name, models }: TargetCard, rules: readonly TargetRuleSet[], { keepsUnique }: Pick<TargetProgram, 'keepsUnique'>): void {
  const unique = models.flatMap((model) => [...uniqueIn(rules, model), ...uniqueIn(rules, model, 'warn')].map(([rule]) => rule))
  if (unique.length > 0 && keepsUnique !== true) throw new Error(`${name} has nothing that could keep ${unique.join(' and ')}: what has to be unique is a rule of a target that is a database`)
}
