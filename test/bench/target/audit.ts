import { postgresAudit } from '../../../services/sink/targets/postgres-audit.ts'
import { benchTarget } from './card.ts'
import mapping from './mapping.ts'

export default postgresAudit(benchTarget({ history: false }), mapping)
