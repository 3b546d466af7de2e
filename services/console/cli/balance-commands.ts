import { setTimeout as sleep } from 'node:timers/promises'
import { periods, type Sheet, type Verified } from '../api/balance.schema.ts'
import { routes } from '../api/routes.ts'
import { balanceCsv } from './balance-csv.ts'
import { balancePage } from './balance-page.ts'
import { balanceText } from './balance-text.ts'
import { type Asked, command, type Command } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { instant } from './selecting.ts'
import { verifiedText } from './verified-text.ts'

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const time = (value: unknown): string | undefined => (typeof value === 'string' ? value === 'now' ? new Date().toISOString() : instant(value) : undefined)

const units = { s: 1_000, m: 60_000, h: 3_600_000 } as const
function patience(value: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(value) ?? []
  if (count === undefined) throw CommandFailed.of('command.usage', `--timeout takes such as 90s, 15m or 2h, not ${value}`, exits.usage)
  return Number(count) * units[unit as keyof typeof units]
}

/** With `--wait`, until it is proven or the time is up. */
async function verified({ values, where, progress }: Asked): Promise<Verified> {
  const target = text(values['target']), at = time(values['at']), until = Date.now() + (values['timeout'] === undefined ? Infinity : patience(String(values['timeout'])))
  if ((values['wait'] === true || values['timeout'] !== undefined) && at === undefined) throw CommandFailed.of('command.usage', '--wait and --timeout go with --at', exits.usage)
  for (let told = ''; ;) {
    const answer = await ask(routes.verified, where(), { target, at })
    if (values['wait'] !== true || answer.targets.every(({ proven }) => proven === true) || Date.now() > until) return answer
    const line = answer.targets.flatMap(({ held }) => held[0]?.says ?? []).join(' ')
    if (line !== told) progress(`waits: ${line}`)
    told = line
    await sleep(Math.min(1_000, Math.max(0, until - Date.now())))
  }
}

const from = { type: 'string', value: 'TIME', says: 'of blocks with records of this time or later: ISO 8601, or an age such as 2h' } as const
export const balanceCommands: Readonly<Record<string, Command>> = {
  balance: command<Sheet>({
    says: 'The balance sheet: what became of each source\'s records, and of what was emitted for each target.',
    exit: '3 when something is on its way or differs.',
    options: {
      source: { type: 'string', value: 'S', says: 'of this source' }, target: { type: 'string', value: 'T', says: 'of this target' },
      from, to: { ...from, says: 'of blocks with records before this time' }, by: { type: 'string', value: 'PERIOD', says: `a line for each ${periods.join(', ')}; run, the default: one for all of it` },
      csv: { type: 'boolean', says: 'as CSV: a line for each number' }, html: { type: 'boolean', says: 'as one page that needs nothing else' },
    },
    answer: ({ where, values }) => ask(routes.balance, where(), { source: text(values['source']), target: text(values['target']), from: time(values['from']), to: time(values['to']), by: text(values['by']) }),
    text: (sheet, paint, _, values) => (values?.['csv'] === true ? balanceCsv(sheet) : values?.['html'] === true ? balancePage(sheet) : balanceText(sheet, paint)),
    exitOf: ({ balanced }) => (balanced ? exits.ok : exits.hubWrong),
  }),
  verified: command<Verified>({
    says: 'Up to when a target is proven to hold everything that it should; with --at, whether a time is reached: the gate for a report or a closing.',
    exit: '3 when the time of --at is not proven: says what holds it back.',
    options: {
      target: { type: 'string', value: 'T', says: 'this target; all without it' }, at: { type: 'string', value: 'TIME', says: 'whether everything up to this time is there: ISO 8601, now, or an age such as 2h' },
      wait: { type: 'boolean', says: 'until it is' }, timeout: { type: 'string', value: 'D', says: 'no longer than this, such as 90s or 15m' },
    },
    answer: verified, text: verifiedText, exitOf: ({ targets }) => (targets.some(({ proven }) => proven === false) ? exits.hubWrong : exits.ok),
  }),
}
