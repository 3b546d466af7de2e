import { booksUnit } from '../../runtime/books-unit.ts'
import type { AdoptableUnit, Adoptables } from '../api/adopt.schema.ts'
import type { CommandState } from '../api/orders.schema.ts'
import { routes } from '../api/routes.ts'
import type { Trouble } from '../api/status.schema.ts'
import { type Asked, command } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { ordered, orderOptions, who } from './ordering.ts'
import type { Paint } from './paint.ts'
import { count, table } from './table.ts'

interface Adopted extends AdoptableUnit { /** Null: it was not ordered. */ readonly command: CommandState | null; readonly refused: Trouble | null }
interface Answer { readonly at: string; readonly dryRun: boolean; readonly units: readonly Adopted[]; readonly silent: readonly string[] }

/** The hub's own topics first: what is ordered after that is in the books. */
async function adopt(asked: Asked): Promise<Answer> {
  const { values, positionals: [unit], where } = asked, dryRun = values['dry-run'] === true
  if (unit !== undefined && values['all'] === true) throw CommandFailed.of('command.usage', 'name a unit, or say --all', exits.usage)
  if (!dryRun && unit === undefined && values['all'] !== true) throw CommandFailed.of('command.usage', 'say which: a source, a target, books, or --all; --dry-run shows what there is', exits.usage)
  const by = dryRun ? null : who(asked), found = await ask(routes.adoptables, where(), { unit }), units: Adopted[] = []
  for (const it of found.units.toSorted((a, b) => Number(b.unit === booksUnit) - Number(a.unit === booksUnit))) units.push({ ...it, ...(by === null ? { command: null, refused: null } : await order(asked, { act: 'adopt', subject: it.unit, ...by })) })
  return { ...found, dryRun, units }
}

/** A unit that may not does not hold up the others. */
async function order(asked: Asked, it: Parameters<typeof ordered>[1]): Promise<Pick<Adopted, 'command' | 'refused'>> {
  try { return { command: await ordered(asked, it), refused: null } } catch (error) {
    if (!(error instanceof CommandFailed) || !error.trouble.code.startsWith('adopt.')) throw error
    return { command: null, refused: error.trouble }
  }
}

function adoptText({ units, silent, dryRun }: Answer, paint: Paint): string {
  const lines = units.map((it) => [
    `${it.unit}: ${it.refused !== null ? paint('red', `stays stopped: ${it.refused.code}: ${it.refused.says} ${it.refused.todo}`) : it.command !== null ? paint('green', `adopted (${it.command.status}, command ${it.command.id})`) : it.fits ? paint('green', 'may be adopted') : paint('red', 'would be refused')}`,
    table([{ head: 'TOPIC' }, { head: 'PART', right: true }, { head: 'WAS' }, { head: 'NOW' }, { head: 'POSITION', right: true }, { head: 'HOLDS' }, { head: 'CHECKED' }], it.partitions.map((place) =>
      [place.topic, String(place.partition), place.was, place.now, count(place.position), `${place.first} to ${place.end - 1}`, place.fits ? place.checked : paint('red', place.checked)])), '',
  ].join('\n'))
  return [
    ...lines, units.length === 0 ? 'No unit stands still because of a topic of another id.' : dryRun ? 'Nothing was changed. With --reason those that fit are adopted.' : 'Those that were adopted go on within seconds: see status.',
    ...(silent.length === 0 ? [] : [paint('yellow', `Nothing was heard of ${silent.join(', ')} for 30 seconds: whether their topics have other ids shows when they run.`)]),
  ].join('\n')
}

export const adoptCommand = command<Answer>({
  says: 'After Kafka was moved with its offsets: goes on in topics of other ids, where each demonstrably continues the one that was read. What does not stays stopped.',
  takes: ['[<source, target or books>]'], exit: '3 when something does not continue what was read.',
  options: { all: { type: 'boolean', says: 'all that stand still for it' }, 'dry-run': { type: 'boolean', says: 'only say what differs and what was checked' }, ...orderOptions },
  answer: adopt, text: adoptText, exitOf: ({ units }) => (units.some(({ fits, refused, command: it }) => !fits || refused !== null || it?.status === 'refused') ? exits.hubWrong : exits.ok),
})
export type { Answer as AdoptAnswer, Adoptables }
