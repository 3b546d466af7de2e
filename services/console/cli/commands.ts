import { names } from '../../runtime/names.ts'
import type { CommandState } from '../api/orders.schema.ts'
import type { Plan } from '../api/plan.schema.ts'
import type { Forecast, Groups, Rejection, Rejections } from '../api/rejections.schema.ts'
import { routes } from '../api/routes.ts'
import type { Status } from '../api/status.schema.ts'
import type { Topics } from '../api/topics.schema.ts'
import { planOf } from '../plan/plan.ts'
import { adoptCommand } from './adopt-command.ts'
import { balanceCommands } from './balance-commands.ts'
import { bootstrapCommand } from './bootstrap-command.ts'
import { type Asked, command, type Command } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { findingsCommands } from './findings-commands.ts'
import { type Obeyed, obeyed, ordered, orderOptions, pace, rateOption, who } from './ordering.ts'
import { planText } from './plan-text.ts'
import { commandText, forecastText, groupsText, rejectionsText, rejectionText } from './rejections-text.ts'
import { recordCommand } from './record-command.ts'
import { remapping, remapOptions, remapText } from './remapping.ts'
import { filterOptions, selectingOptions, selectionOf } from './selecting.ts'
import { statusText } from './status-text.ts'
import { topicsText } from './topics-text.ts'

const listOptions = {
  ...filterOptions,
  status: { type: 'string', value: 'S', says: 'open (without this option), redriving, closed or any' },
  limit: { type: 'string', value: 'N', says: 'at most so many (100)' },
} as const
const dryRun = { type: 'boolean', says: 'only say what it would do' } as const

/** `--limit` and `--status` as the API takes them. */
const query = ({ values: { limit, status, ...others } }: Asked) => ({ ...selectionOf(others), limit, status })

async function sendAgain(asked: Asked): Promise<CommandState | Forecast> {
  const selection = selectionOf(asked.values)
  if (Object.keys(selection).length === 0) throw CommandFailed.of('command.usage', 'say which: --group, --unit, --code, --entity, --since, --id or --file; see help redrive', exits.usage)
  if (asked.values['dry-run'] === true) return ask(routes.forecast, asked.where(), selection)
  return ordered(asked, { act: 'redrive', selection, ...who(asked), ...pace(asked) })
}

async function discard(asked: Asked): Promise<CommandState | Groups> {
  const selection = selectionOf(asked.values)
  if (Object.keys(selection).length === 0) throw CommandFailed.of('command.usage', 'say which: --group, --unit, --code, --entity, --since, --id or --file; see help discard', exits.usage)
  if (asked.values['dry-run'] === true) {
    if (selection.ids !== undefined) throw CommandFailed.of('command.usage', '--dry-run of a discard takes filters; look at single ones with rejections show', exits.usage)
    return ask(routes.groups, asked.where(), selection)
  }
  return ordered(asked, { act: 'discard', selection, ...who(asked) })
}

const stateOr = <A>(text: (answer: A, paint: Parameters<Command['text']>[1]) => string) => (answer: CommandState | A, paint: Parameters<Command['text']>[1]): string =>
  (isState(answer) ? commandText(answer, paint) : text(answer, paint))
const isState = (answer: unknown): answer is CommandState => typeof answer === 'object' && answer !== null && 'act' in answer
const exitOfState = (answer: unknown) => (isState(answer) && (answer.status === 'refused' || (answer.outcomes['rejected'] ?? 0) > 0) ? exits.hubWrong : exits.ok)

const held = (act: 'pause' | 'resume', says: string) => command<Obeyed>({
  says, takes: ['<source or target>'], options: { 'dry-run': dryRun, ...orderOptions }, exit: '3 when not every lease has obeyed within 30 s.',
  answer: (asked) => obeyed(asked, act, asked.positionals[0]!),
  text: (it, paint) => (it.id === null ? `${it.unit}: ${it.partitions - it.obeyed} of ${it.partitions} partitions would ${act === 'pause' ? 'be paused' : 'go on'}; nothing was ordered.`
    : it.partitions === 0 ? `${it.unit} is to ${act}: no program of it runs; it obeys when it starts.`
    : it.obeyed === it.partitions ? paint('green', `${it.unit}: all ${it.partitions} partitions ${act === 'pause' ? 'are paused' : 'go on'}.`)
    : paint('yellow', `${it.unit}: ${it.obeyed} of ${it.partitions} partitions have obeyed; the order stands, see status.`)),
  exitOf: (it) => (it.id === null || it.obeyed === it.partitions ? exits.ok : exits.hubWrong),
})

export const commands: Readonly<Record<string, Command>> = {
  status: command<Status>({
    says: 'What the hub is doing: its endpoints, and one line for each route.',
    exit: '3 when a route is stopped, paused, silent or unknown, an endpoint does not answer, the books do not join, or a finding is open.',
    answer: ({ where }) => ask(routes.status, where()), text: statusText, exitOf: ({ ok }) => (ok ? exits.ok : exits.hubWrong),
  }),
  plan: command<Plan>({
    says: 'What each route promises, by which mechanism, and what weakens it. Needs nothing that runs.',
    answer: async ({ env }) => {
      const { declared } = await import('../declared.ts')
      return planOf(declared, names(env['HUB_NAME'] ?? ''))
    },
    text: planText,
  }),
  topics: command<Topics>({
    says: 'Every topic of the hub: what it is, how much is in it, who writes and reads it.',
    exit: '3 when a topic is missing or Kafka does not answer.',
    answer: ({ where }) => ask(routes.topics, where()), text: topicsText,
    exitOf: ({ topics, lacks }) => (lacks.length === 0 && topics.every(({ exists }) => exists !== false) ? exits.ok : exits.hubWrong),
  }),
  ...balanceCommands,
  'rejections groups': command<Groups>({
    says: 'What was refused and waits, by cause: where to begin.', options: listOptions,
    answer: (asked) => ask(routes.groups, asked.where(), query(asked)), text: groupsText,
  }),
  'rejections list': command<Rejections>({
    says: 'Refused records, newest first.', options: listOptions,
    answer: (asked) => ask(routes.rejections, asked.where(), query(asked)), text: rejectionsText,
  }),
  'rejections show': command<Rejection>({
    says: 'One refused record: why, what to do about it, and what was done. Values are masked.', takes: ['<id>'],
    options: { raw: { type: 'boolean', says: 'with the original bytes; needs the token of HUB_CONSOLE_RAW_TOKEN' } },
    answer: (asked) => ask(routes.rejection, asked.where(), { id: asked.positionals[0], ...(asked.values['raw'] === true ? { raw: 'true' } : {}) }), text: rejectionText,
  }),
  parked: command<Rejections>({
    says: 'Records that wait behind a refused one of their entity, in order. They follow by themselves when that is redriven or discarded.', options: listOptions,
    answer: (asked) => ask(routes.rejections, asked.where(), { ...query(asked), code: 'order.parked' }), text: rejectionsText,
  }),
  redrive: command<CommandState | Forecast>({
    says: 'Sends refused records through the mapping of today again. It cannot double anything, however often it is done.',
    exit: '3 when some were refused again.',
    options: { ...selectingOptions, 'dry-run': dryRun, ...rateOption, ...orderOptions },
    answer: sendAgain, text: stateOr<Forecast>(forecastText), exitOf: exitOfState,
  }),
  discard: command<CommandState | Groups>({
    says: 'Gives refused records up, with a reason. They stay in the rejected topic and in the books.',
    options: { ...selectingOptions, 'dry-run': dryRun, ...orderOptions },
    answer: discard, text: stateOr<Groups>(groupsText), exitOf: exitOfState,
  }),
  remap: command<CommandState>({
    says: 'Puts right what a wrong mapping has published: source records go through the mapping of today, and what differs is published again with a raised revision. Done again with the former mapping, it is undone.',
    takes: ['<source>'], exit: '3 when not everything that differs was published.',
    options: { ...remapOptions, 'dry-run': dryRun, ...rateOption, ...orderOptions },
    answer: remapping, text: remapText, exitOf: (it) => (it.status === 'refused' || Object.keys(it.outcomes).some((outcome) => outcome !== 'republished') ? exits.hubWrong : exits.ok),
  }),
  cancel: command<CommandState>({
    says: 'Ends a redrive, discard, remap or repair that is under way: what was not sent is open again, or stays as it was.', takes: ['<command id>'], options: orderOptions,
    answer: (asked) => ordered(asked, { act: 'cancel', subject: asked.positionals[0]!, ...who(asked) }), text: commandText,
  }),
  ...findingsCommands,
  record: recordCommand,
  'audit-target': command<CommandState>({
    says: 'Compares everything that a target holds with the canonical topics now, and names what differs.', takes: ['<target>'], options: { model: { type: 'string', value: 'M', says: 'this model only, such as order.v1' }, ...orderOptions },
    exit: '3 when it was refused.',
    answer: (asked) => ordered(asked, { act: 'audit-target', subject: [asked.positionals[0]!, ...(typeof asked.values['model'] === 'string' ? [asked.values['model']] : [])].join(' '), ...who(asked) }), text: commandText, exitOf: exitOfState,
  }),
  bootstrap: bootstrapCommand,
  adopt: adoptCommand,
  pause: held('pause', 'Holds a source or target back until it is resumed, over restarts too. Answers when every lease obeys.'),
  resume: held('resume', 'Lets a paused source or target go on.'),
}
