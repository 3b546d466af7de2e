import { postgresAudit } from '../postgres-audit.ts'
import card from './card.ts'
import mapping from './mapping.ts'

export default postgresAudit(card, mapping)
