import type { CommandState } from '../api/orders.schema.ts'
import { type Verdict, verdicts } from '../../runtime/compared.ts'
import type { Asked, Option } from './command.ts'
import { ordered, pace, who } from './ordering.ts'
import type { Paint } from './paint.ts'
import { commandText } from './rejections-text.ts'
import { instant } from './selecting.ts'
import { count, table } from './table.ts'

export const remapOptions = {
  from: { type: 'string', value: 'T', says: 'from the first record that was written to the topic at this time or later: ISO 8601, or an age such as 2h, 3d; else from the first' },
  to: { type: 'string', value: 'T', says: 'up to the first record of this time or later; else to the last that is translated' },
} as const satisfies Record<string, Option>

export function remapping(asked: Asked): Promise<CommandState> {
  const { values: { from, to, reason }, positionals: [subject] } = asked, dry = asked.values['dry-run'] === true
  const range = { ...(typeof from === 'string' ? { from: instant(from) } : {}), ...(typeof to === 'string' ? { to: instant(to) } : {}) }
  // A dry run changes nothing; it is in the audit for what it shows.
  const { actor, reason: why } = who(dry && reason === undefined ? { ...asked, values: { ...asked.values, reason: 'a dry run' } } : asked)
  return ordered(asked, { act: dry ? 'compare' : 'remap', subject: subject!, range, actor, reason: why, ...(dry ? {} : pace(asked)) })
}

export function remapText(it: CommandState, paint: Paint): string {
  const { comparison, act, outcomes } = it
  if (comparison === null) return commandText(it, paint)
  const others = Object.entries(outcomes).filter(([outcome]) => outcome !== 'republished')
  const fields = Object.entries(comparison.fields).toSorted(([, a], [, b]) => b.count - a.count)
  return [
    commandText(it, paint),
    `${count(comparison.read)} source records${comparison.done ? '' : ` of ${count(comparison.of)}`} beside the mapping of today (${comparison.mapping ?? 'not begun'})${act === 'compare' ? '; nothing was changed' : ''}:`,
    ...Object.entries(comparison.counts).map(([verdict, records]) => `  ${count(records).padStart(8)}  ${paint(verdict === 'differs' ? 'yellow' : 'dim', verdict)}: ${verdicts[verdict as Verdict]}${(comparison.examples[verdict] ?? []).slice(0, 1).map((example) => ` Such as ${example}.`).join('')}`),
    ...(fields.length === 0 ? [] : ['', table([{ head: 'COUNT', right: true }, { head: 'FIELD' }, { head: 'WAS' }, { head: 'BECOMES' }], fields.flatMap(([field, { count: records, samples }]) =>
      samples.map(({ from, to }, at) => [at === 0 ? count(records) : '', at === 0 ? field : '', from, to])))]),
    ...others.map(([outcome, records]) => paint('yellow', `${count(records)} were not published: ${outcome}${outcome === 'other-mapping' ? '. The translator runs another mapping than the reconciler compared with: deploy both, then remap again' : ''}.`)),
  ].join('\n')
}
