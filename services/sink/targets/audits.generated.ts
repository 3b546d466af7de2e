// Generated from the folder names by ../generate.ts.
import type { TargetCard } from '../../../canonical/card.ts'
import type { TargetAudit } from './audit.ts'
import crmHttpAudit from './crm-http/audit.ts'
import crmHttp from './crm-http/card.ts'
import warehousePostgresAudit from './warehouse-postgres/audit.ts'
import warehousePostgres from './warehouse-postgres/card.ts'

/** Every target that can be audited: its card, and how it is read. */
export const audits: readonly { readonly card: TargetCard; readonly audit: TargetAudit }[] = [
  { card: crmHttp, audit: crmHttpAudit },
  { card: warehousePostgres, audit: warehousePostgresAudit },
]
