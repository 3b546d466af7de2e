// In the place of the product's index of targets: the table that all contestants fill.
import type { targets as products } from '../../../services/sink/targets/index.generated.ts'
import { benchTarget } from '../target/card.ts'

export const targets: typeof products = [{ card: benchTarget({ history: process.env['BENCH_HISTORY'] === 'true' }), rules: [], program: () => import('../target/target.ts') }]
