import card from './card.ts'
import mapping from './mapping.ts'
import { warehouseProgram } from './program.ts'

export default warehouseProgram(card, mapping)
