import { warehouseProgram } from '../../../services/sink/targets/warehouse-postgres/program.ts'
import { benchTarget } from './card.ts'
import mapping from './mapping.ts'

export default warehouseProgram(benchTarget({ history: process.env['BENCH_HISTORY'] === 'true' }), mapping)
