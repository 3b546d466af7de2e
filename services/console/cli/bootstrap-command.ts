import type { Lost } from '../api/lost.schema.ts'
import type { CommandState } from '../api/orders.schema.ts'
import { routes } from '../api/routes.ts'
import { type Asked, command } from './command.ts'
import { exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { ordered, orderOptions, who } from './ordering.ts'
import { commandText } from './rejections-text.ts'
import { count, table } from './table.ts'

/** What the target stands before, and what became of the order; null: nothing was ordered. */
interface Bootstrap extends Lost { readonly command: CommandState | null }

/** Orders exactly what the target stands before now: what is lost after that takes an order of its own. */
async function bootstrapped(asked: Asked): Promise<Bootstrap> {
  const { values, positionals, where } = asked, [target] = positionals as [string], dry = values['dry-run'] === true
  const order = dry ? null : who(asked)
  const found = await ask(routes.lost, where(), { target, ...(typeof values['topic'] === 'string' ? { topic: values['topic'] } : {}) })
  if (order === null || found.lost.length === 0) return { ...found, command: null }
  return { ...found, command: await ordered(asked, { act: 'bootstrap', subject: target, offsets: found.lost.map(({ at: _, ...range }) => range), ...order }) }
}

export const bootstrapCommand = command<Bootstrap>({
  says: 'Lets a target go on that was away for longer than its topics keep: it never reads the offsets that it stands before, which are gone, and goes on where its topics begin now.',
  takes: ['<target>'], exit: '3 when it was refused or cancelled.',
  options: { 'topic': { type: 'string', value: 'T', says: 'of this topic only, such as canonical.order.v1' }, 'dry-run': { type: 'boolean', says: 'only say what it would never read' }, ...orderOptions },
  answer: bootstrapped,
  text: ({ target, lost, command: state }, paint) => (lost.length === 0 ? `${target} stands before nothing that is lost; nothing was ordered.` : [
    table([{ head: 'LOST OF' }, { head: 'PARTITION', right: true }, { head: 'FROM', right: true }, { head: 'TO', right: true }, { head: 'OFFSETS', right: true }, { head: 'SAID AT' }],
      lost.map(({ topic, partition, from, to, at }) => [topic, `${partition}`, `${from}`, `${to - 1}`, count(to - from), at])),
    '', state === null ? `${target} would never read them. Nothing was ordered.` : commandText(state, paint),
    ...(state?.status === 'done' ? [`What it lacks now is in npm run hub -- findings list --unit ${target} --kind balance, as soon as the books have settled.`] : []),
  ].join('\n')),
  exitOf: ({ command: state }) => (state?.status === 'refused' || state?.status === 'cancelled' ? exits.hubWrong : exits.ok),
})
