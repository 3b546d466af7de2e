import type { Guarantee, Plan } from '../api/plan.schema.ts'
import type { Paint } from './paint.ts'
import { routeName } from './status-text.ts'

export function planText({ routes, refused }: Plan, paint: Paint): string {
  const blocks = routes.map((route) => [routeName(route), paint('dim', `  ${route.from} → ${route.through}`), ...guarantee('delivery', route.delivery, paint), ...guarantee('order', route.order, paint)].join('\n'))
  return [...blocks, ...refused.map((it) => `${paint('red', 'refused')} ${it}`)].join('\n\n')
}

const guarantee = (name: string, { promise, by, needs, weakenedBy }: Guarantee, paint: Paint): string[] => [
  `  ${name.padEnd(10)}${promise}`,
  `    by        ${by}`,
  ...needs.map((it) => `    needs     ${it}`),
  ...weakenedBy.map((it) => `    ${paint('yellow', 'weakened')}  ${it}`),
]
