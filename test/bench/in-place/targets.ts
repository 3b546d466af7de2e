// In the place of the product's index of targets: the table that all contestants fill.
import { benchTarget } from '../target/card.ts'

export const targets = [{ card: benchTarget({ history: process.env['BENCH_HISTORY'] === 'true' }), program: () => import('../target/target.ts') }]
