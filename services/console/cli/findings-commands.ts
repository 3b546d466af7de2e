import { countNames } from '../../runtime/audit-counts.ts'
import type { Finding, Findings } from '../api/findings.schema.ts'
import type { CommandState } from '../api/orders.schema.ts'
import { routes } from '../api/routes.ts'
import { command, type Asked, type Command } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { findingsText, findingText } from './findings-text.ts'
import { ordered, orderOptions, who } from './ordering.ts'
import { commandText } from './rejections-text.ts'
import type { Paint } from './paint.ts'
import { count } from './table.ts'

interface Audit { readonly command: CommandState; readonly found: Findings }

/** What is to be audited, as the reconciler reads it: a source, or a stretch of one partition. */
function subjectOf({ values: { source, partition, from, to } }: Asked): string {
  if (typeof source !== 'string') throw CommandFailed.of('command.usage', 'say which: --source, with --partition and --from and --to where it is about a stretch', exits.usage)
  for (const it of [partition, from, to]) if (it !== undefined && !/^\d+$/.test(String(it))) throw CommandFailed.of('command.usage', '--partition, --from and --to take whole numbers', exits.usage)
  if (partition === undefined && (from ?? to) !== undefined) throw CommandFailed.of('command.usage', '--from and --to are offsets of one --partition', exits.usage)
  return [source, ...(partition === undefined ? [] : [String(partition)]), ...((from ?? to) === undefined ? [] : [`${String(from ?? 0)}-${to === undefined ? '' : String(to)}`])].join('/')
}

/** It changes nothing, so it may do without a reason. */
const reasonOf = ({ values, ...asked }: Asked) => who({ ...asked, values: { ...values, reason: values['reason'] ?? 'none given' } })

async function audited(asked: Asked): Promise<Audit> {
  const state = await ordered(asked, { act: 'audit', subject: subjectOf(asked), ...reasonOf(asked) })
  return { command: state, found: await ask(routes.findings, asked.where(), { unit: String(asked.values['source']), kind: 'topic' }) }
}

const settles = (act: 'acknowledge' | 'accept', says: string): Command => command<CommandState>({
  says, takes: ['<id>'], options: orderOptions, answer: (asked) => ordered(asked, { act, subject: asked.positionals[0]!, ...who(asked) }), text: commandText,
  exitOf: ({ status }) => (status === 'refused' ? exits.hubWrong : exits.ok),
})

/** Sends once more what mends a finding; or only says what that would be. */
async function repaired(asked: Asked): Promise<CommandState | Finding> {
  const [id] = asked.positionals as [string]
  return asked.values['dry-run'] === true ? ask(routes.finding, asked.where(), { id }) : ordered(asked, { act: 'repair', subject: id, ...who(asked) })
}

function repairText(it: CommandState | Finding, paint: Paint): string {
  if ('act' in it) return it.outcomes['republished'] === 1 ? `${commandText(it, paint)}\nIt counts as repaired when the next audit agrees.` : commandText(it, paint)
  const { topic, partition, offset } = it.place
  return [findingText(it, paint), '', !it.repairable ? 'Sending again does not mend this.' : it.status !== 'open' && it.status !== 'acknowledged' ? `It is ${it.status}: a repair would change nothing.`
    : `A repair would send the source record behind ${String(topic)}/${String(partition)} at ${String(offset)} through the mapping of today once more, and publish of it ${it.model} ${it.entity} alone, with a raised revision, for every target of ${it.model}.`].join('\n')
}

/** What the reconciler has found, and what people do about it. */
export const findingsCommands: Readonly<Record<string, Command>> = {
  'findings list': command<Findings>({
    says: 'Where both sides differ, what was seen last first.', exit: '3 when some that fit are open.',
    options: {
      unit: { type: 'string', value: 'U', says: 'at this source or target' }, kind: { type: 'string', value: 'K', says: 'of this kind, or beginning with it: topic, target, balance' },
      entity: { type: 'string', value: 'E', says: 'about this entity' }, status: { type: 'string', value: 'S', says: 'open (without this option), acknowledged, repairing, repaired, accepted, gone or any' },
      limit: { type: 'string', value: 'N', says: 'at most so many (100)' },
    },
    answer: ({ where, values: { unit, kind, entity, status, limit } }) => ask(routes.findings, where(), { unit, kind, entity, status, limit }), text: findingsText,
    exitOf: ({ findings }) => (findings.some(({ status }) => status === 'open') ? exits.hubWrong : exits.ok),
  }),
  'findings show': command<Finding>({
    says: 'One of them: where it lies, which fields differ, what to do, whose it is.', takes: ['<id>'],
    answer: (asked) => ask(routes.finding, asked.where(), { id: asked.positionals[0] }), text: findingText,
  }),
  'findings acknowledge': settles('acknowledge', 'Says that somebody looks after it: it no longer counts as open, and stays until the difference is gone.'),
  'findings accept': settles('accept', 'Says that the difference may stay. Should it differ in another way one day, it is open again.'),
  repair: command<CommandState | Finding>({
    says: 'Sends the entity of a finding once more, with a raised revision, so that every target of it takes what the hub says. It counts as repaired when the next audit agrees.', takes: ['<finding id>'],
    options: { 'dry-run': { type: 'boolean', says: 'only say what it would send' }, ...orderOptions }, exit: '3 when nothing was published.',
    answer: repaired, text: repairText, exitOf: (it) => ('act' in it && it.status === 'done' && it.outcomes['republished'] !== 1 ? exits.hubWrong : exits.ok),
  }),
  audit: command<Audit>({
    says: 'Reads a source and its canonical topics again, and names what is missing, doubled, altered, out of order or made up.', exit: '3 when something is open there.',
    options: {
      source: { type: 'string', value: 'S', says: 'this source' }, partition: { type: 'string', value: 'N', says: 'only this partition of it' },
      from: { type: 'string', value: 'OFFSET', says: 'from this offset of the partition on' }, to: { type: 'string', value: 'OFFSET', says: 'up to this offset, without it' }, ...orderOptions,
    },
    answer: audited,
    text: ({ command: { counts, ...state }, found }, paint) => [
      commandText({ ...state, counts }, paint), ...Object.entries(countNames).filter(([name]) => (counts[name] ?? 0) > 0).map(([name, says]) => `  ${count(counts[name]!)} ${says}`), '', findingsText(found, paint),
    ].join('\n'),
    exitOf: ({ command: { status }, found }) => (status === 'refused' || found.total > 0 ? exits.hubWrong : exits.ok),
  }),
}
