import type { Forecast, Groups, Rejection, Rejections } from '../api/rejections.schema.ts'
import type { CommandState } from '../api/orders.schema.ts'
import type { Paint } from './paint.ts'
import { age, count, table } from './table.ts'

const since = (at: string) => age((Date.now() - Date.parse(at)) / 1_000)

export function rejectionsText({ rejections, total }: Rejections, paint: Paint): string {
  if (total === 0) return paint('green', 'No rejection fits.')
  return [
    table([{ head: 'AGE', right: true }, { head: 'UNIT' }, { head: 'CODE' }, { head: 'STATUS' }, { head: 'TRY', right: true }, { head: 'ENTITY' }, { head: 'ID' }], rejections.map((it) =>
      [since(it.at), it.unit, it.code, it.status === 'closed' ? it.outcome ?? 'closed' : it.status, `${it.attempt}`, it.entity ?? '-', it.id])),
    ...(total > rejections.length ? [`${count(total - rejections.length)} more; narrow it down, or raise --limit.`] : []),
  ].join('\n')
}

export function groupsText({ groups, total }: Groups, paint: Paint): string {
  if (total === 0) return paint('green', 'Nothing waits: no rejection is open.')
  return [`${count(total)} rejections by cause`, ...groups.map((it) => [
    '', `${paint('yellow', it.code)} at ${it.unit}: ${count(it.count)}${it.entities > 0 ? ` of ${count(it.entities)} entities` : ''}, the first ${since(it.oldest)} ago, the last ${since(it.newest)} ago`,
    `  ${it.says}${it.fields.length > 0 ? ` Field: ${it.fields.join(', ')}.` : ''}${it.expected.length > 0 ? ` Expected: ${it.expected.join('; ')}.` : ''}`,
    `  What to do: ${it.todo}${it.owner === null ? '' : ` Owner: ${it.owner}.`}`,
    paint('dim', `  group ${it.group}, such as ${it.sample}`),
  ].join('\n'))].join('\n')
}

export function rejectionText(it: Rejection, paint: Paint): string {
  return [
    `${paint('yellow', it.code)}: ${it.says}`, `  ${it.id}`,
    `  ${it.status}${it.outcome === null ? '' : ` (${it.outcome})`}, attempt ${it.attempt}, refused ${since(it.at)} ago, written to its topic ${since(it.originTime)} ago`,
    ...(it.entity === null ? [] : [`  entity ${it.entity}${it.version === null ? '' : ` version ${it.version}`}`]),
    `  What to do: ${it.todo}`, ...(it.owner === null ? [] : [`  Owner: ${it.owner}, on call: ${it.onCall}, runbook: ${it.runbook}`]),
    '', ...it.problems.map(({ field, from, code, expected, got }) => `  ${field === '' ? '(record)' : field}${from.length > 0 ? ` from ${from.join(', ')}` : ''}: ${code}; expected ${expected}, got ${got}`),
    ...(it.redrives.length > 0 ? ['', ...it.redrives.map(({ act, actor, at, reason, outcome }) => `  ${act} by ${actor} ${since(at)} ago (${reason}): ${outcome ?? 'under way'}`)] : []),
    ...(it.shape === null ? [] : ['', paint('dim', 'The payload, its values masked:'), JSON.stringify(it.shape, null, 2)]),
    ...(it.bytes === null ? [] : ['', 'The original bytes:', it.bytes.value === null ? '(no value)' : Buffer.from(it.bytes.value, 'base64').toString('utf8')]),
  ].join('\n')
}

const colours = {
  pass: 'green', 'be filtered': 'dim', 'fail again': 'red', 'not be sent': 'red', 'be applied': 'green', 'be there already': 'dim', 'be superseded': 'dim', 'be tried': 'yellow', follow: 'dim',
} as const
/** So few records are listed one by one. */
const few = 20
export function forecastText({ total, outcomes, targets, records }: Forecast, paint: Paint): string {
  if (total === 0) return 'Nothing that is open fits: a redrive would do nothing.'
  const willOf = ({ will }: { readonly will: keyof typeof colours }) => paint(colours[will], will)
  return [
    `A redrive of ${count(total)} rejections, tried on the mappings of today and what the targets hold now; nothing was changed:`,
    table([{ head: 'COUNT', right: true }, { head: 'UNIT' }, { head: 'WILL' }, { head: 'WHAT' }, { head: 'SUCH AS' }], outcomes.map((it) => [count(it.count), it.unit, willOf(it), it.says, it.sample])),
    ...(targets.length === 0 ? [] : ['', 'What would come of it at the targets:',
      table([{ head: 'COUNT', right: true }, { head: 'TARGET' }, { head: 'MODEL' }, { head: 'WILL' }, { head: 'WHAT' }, { head: 'SUCH AS' }], targets.map((it) => [count(it.count), it.target, it.model, willOf(it), it.says, it.sample]))]),
    ...(total > few || !records.some(({ target }) => target !== null) ? [] : ['', 'One by one:',
      table([{ head: 'ID' }, { head: 'ENTITY' }, { head: 'TARGET' }, { head: 'WILL' }, { head: 'WHAT' }], records.map((it) => [it.id, it.entity ?? '-', it.target ?? '-', willOf(it), it.says]))]),
  ].join('\n')
}

export function commandText({ id, act, status, detail, claimed, outcomes }: CommandState, paint: Paint): string {
  const again = outcomes['rejected'] ?? 0
  return [
    `${act === '' ? 'command' : act} ${id}: ${status === 'refused' ? paint('red', status) : status}${claimed > 0 ? `, ${count(claimed)} ${act === 'redrive' || act === 'discard' ? 'rejections' : claimed === 1 ? 'record' : 'records'}` : ''}${detail === null ? '' : `: ${detail}`}`,
    ...(again > 0 ? [paint('yellow', `${count(again)} were refused again: see rejections groups.`)] : []),
  ].join('\n')
}
