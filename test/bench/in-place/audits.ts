// In the place of the product's index of audits: the table that all contestants fill.
import type { audits as products } from '../../../services/sink/targets/audits.generated.ts'
import audit from '../target/audit.ts'
import { benchTarget } from '../target/card.ts'

export const audits: typeof products = [{ card: benchTarget({ history: false }), audit }]
