// Generated from the folder names by ../generate.ts.
import type { TargetCard } from '../../../canonical/card.ts'
import type { TargetProgram } from './target.ts'
import crmHttp from './crm-http/card.ts'
import warehousePostgres from './warehouse-postgres/card.ts'

/** Every target: its card, and its program, which is loaded only by the sink that feeds it. */
export const targets: readonly { readonly card: TargetCard; readonly program: () => Promise<{ default: TargetProgram }> }[] = [
  { card: crmHttp, program: () => import('./crm-http/target.ts') },
  { card: warehousePostgres, program: () => import('./warehouse-postgres/target.ts') },
]
