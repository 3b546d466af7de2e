import { userInfo } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CommandState, Order } from '../api/orders.schema.ts'
import { routes } from '../api/routes.ts'
import type { Status } from '../api/status.schema.ts'
import type { Asked, Option } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'

export const orderOptions = {
  reason: { type: 'string', value: 'TEXT', says: 'why; it is kept in the audit' },
  actor: { type: 'string', value: 'NAME', says: 'who asks (else HUB_ACTOR, else who is logged in)' },
  'no-wait': { type: 'boolean', says: 'answer as soon as it is ordered' },
} as const satisfies Record<string, Option>

export const rateOption = { rate: { type: 'string', value: 'N', says: 'at most so many records a second (1000)' } } as const satisfies Record<string, Option>
export function pace({ values: { rate } }: Asked): Pick<Order, 'perSecond'> {
  if (rate !== undefined && !/^[1-9]\d*$/.test(String(rate))) throw CommandFailed.of('command.usage', '--rate takes a whole number of records a second', exits.usage)
  return rate === undefined ? {} : { perSecond: Number(rate) }
}

/** Who orders it and why. */
export function who({ values, env }: Asked): Pick<Order, 'actor' | 'reason'> {
  const { reason, actor } = values
  if (typeof reason !== 'string' || reason.trim().length < 3) throw CommandFailed.of('command.usage', 'give --reason "...": it is kept in the audit, and a colleague will want to know', exits.usage)
  return { reason, actor: typeof actor === 'string' ? actor : env['HUB_ACTOR'] ?? userInfo().username }
}

/** Orders it and follows it to its end. */
export async function ordered(asked: Asked, order: Order): Promise<CommandState> {
  const where = asked.where(), { id } = await ask(routes.order, where, order)
  for (let told = ''; ;) {
    const state = await ask(routes.command, where, { id })
    if (asked.values['no-wait'] === true || !['unread', 'running'].includes(state.status)) return state
    const { comparison } = state, answered = Object.values(state.outcomes).reduce((sum, it) => sum + it, 0)
    const line = state.status === 'unread' ? 'waits for the reconciler' : comparison?.done === false ? `${comparison.read} of ${comparison.of} compared`
      : state.counts['read'] !== undefined ? `${state.counts['read']} source records compared` : state.claimed === 0 ? 'is under way' : `${answered} of ${state.claimed} answered`
    if (line !== told) asked.progress(`${order.act} ${id}: ${line}`)
    told = line
    await sleep(500)
  }
}

export interface Obeyed { readonly unit: string; readonly ordered: 'pause' | 'resume'; readonly partitions: number; readonly obeyed: number; /** Null: nothing was ordered. */ readonly id: string | null }
const patienceMs = 30_000

/** Orders a pause or its end, and waits until every lease of the unit has said that it obeys. */
export async function obeyed(asked: Asked, act: 'pause' | 'resume', unit: string): Promise<Obeyed> {
  const where = asked.where(), obey = ({ state, code }: Partition): boolean => (code === 'unit.paused' && state === 'paused') === (act === 'pause')
  if (asked.values['dry-run'] === true) {
    const status = await ask(routes.status, where), partitions = partitionsOf(status, unit)
    if (!status.routes.some(({ translate, deliver }) => translate.unit === unit || deliver.unit === unit)) throw CommandFailed.of('command.unknown', `there is no source or target ${unit}`, exits.error)
    return { unit, ordered: act, partitions: partitions.length, obeyed: partitions.filter(obey).length, id: null }
  }
  const { id } = await ask(routes.order, where, { act, subject: unit, ...who(asked) })
  for (const until = Date.now() + patienceMs; ;) {
    const partitions = partitionsOf(await ask(routes.status, where), unit)
    const those = partitions.filter(obey).length
    if (asked.values['no-wait'] === true || (partitions.length > 0 && those === partitions.length) || Date.now() > until) return { unit, ordered: act, partitions: partitions.length, obeyed: those, id }
    asked.progress(`${act} ${unit}: ${those} of ${partitions.length} partitions`)
    await sleep(500)
  }
}

type Partition = ReturnType<typeof partitionsOf>[number]

/** Partitions of which somebody has spoken lately: a program that does not run has nothing to hold back, and obeys when it starts. */
function partitionsOf({ routes: all }: Status, unit: string) {
  const stages = new Map(all.flatMap(({ translate, deliver }) => [translate, deliver]).filter((it) => it.unit === unit).map((it) => [it.topic, it]))
  return [...stages.values()].flatMap((it) => it.partitions).filter(({ state }) => state !== 'unknown' && state !== 'silent')
}
