import type { Verified } from '../api/balance.schema.ts'
import type { Paint } from './paint.ts'
import { age, count, table } from './table.ts'

const shown = 5

/** One line for each target, and what holds those back that are. */
export function verifiedText({ targets }: Verified, paint: Paint): string {
  const lines = table([{ head: 'TARGET' }, { head: 'VERIFIED THROUGH' }, { head: 'AGE', right: true }, { head: '' }], targets.map(({ target, through, age: seconds, proven }) =>
    [target, through ?? 'nobody has looked', age(seconds), proven === null ? '' : proven ? paint('green', 'proven') : paint('red', 'not proven')]))
  const held = targets.filter(({ proven }) => proven !== true).flatMap(({ target, held: these }) => [
    ...these.slice(0, shown).map(({ says, why }) => `  ${target}: ${why === 'difference' ? paint('red', says) : says}`), ...(these.length > shown ? [`  ${target}: ${these.length - shown} more partitions`] : []),
  ])
  const without = targets.filter(({ accepted }) => accepted > 0).map(({ target, accepted }) => `  ${target}: ${count(accepted)} records never arrived, which was accepted: see npm run hub -- findings list --unit ${target} --status accepted.`)
  return [lines, ...(without.length > 0 ? ['', ...without] : []), ...(held.length > 0 ? ['', ...held] : [])].join('\n')
}
