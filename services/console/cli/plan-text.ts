import type { Guarantee, Plan } from '../api/plan.schema.ts'
import { wrap } from './fit.ts'
import type { Paint } from './paint.ts'
import { routeName } from './status-text.ts'

export function planText({ routes }: Plan, paint: Paint, columns = Infinity): string {
  const blocks = routes.map((route) => [routeName(route), paint('dim', `  ${route.from} → ${route.through}`), ...guarantee('delivery', route.delivery, paint), ...guarantee('order', route.order, paint)].map((line) => wrap(line, columns, indent)).join('\n'))
  return blocks.join('\n\n')
}

const indent = 14

const guarantee = (name: string, { promise, by, needs, weakenedBy, refuses }: Guarantee, paint: Paint): string[] => [
  `  ${name.padEnd(10)}${promise}`,
  `    by        ${by}`,
  ...needs.map((it) => `    needs     ${it}`),
  ...weakenedBy.map((it) => `    ${paint('yellow', 'weaker')}    ${it}`),
  ...refuses.map((it) => `    ${paint('dim', 'not said')}  ${it}`),
]
