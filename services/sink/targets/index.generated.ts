// Generated from the folder names by ../generate.ts.
import type { TargetCard } from '../../../canonical/card.ts'
import type { TargetRuleSet } from '../../../canonical/rules.ts'
import type { TargetProgram } from './target.ts'
import crmHttp from './crm-http/card.ts'
import crmHttpRules from './crm-http/rules.ts'
import warehousePostgres from './warehouse-postgres/card.ts'

/** Every target: its card, its own rules, and its program, which is loaded only by the sink that feeds it. */
export const targets: readonly { readonly card: TargetCard; readonly rules: readonly TargetRuleSet[]; readonly program: () => Promise<{ default: TargetProgram }> }[] = [
  { card: crmHttp, rules: crmHttpRules, program: () => import('./crm-http/target.ts') },
  { card: warehousePostgres, rules: [], program: () => import('./warehouse-postgres/target.ts') },
]
