import type { RecordWay } from '../api/record.schema.ts'
import { routes } from '../api/routes.ts'
import { type Asked, command, type Command } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'
import { ask } from './console-client.ts'
import { recordText } from './record-text.ts'

const usual = 1_000_000

/** Asks on and on: an answer of the console looks back for a few seconds. */
async function wayOf(asked: Asked): Promise<RecordWay> {
  const { model, last = String(usual), before } = asked.values, id = asked.positionals[0]!
  if (!/^[1-9]\d{0,11}$/.test(String(last))) throw CommandFailed.of('command.usage', '--last takes a number of offsets', exits.usage)
  let way = await ask(routes.record, asked.where(), { id, model, before, last })
  for (;;) {
    const done = Math.max(0, ...way.looked.map(({ from, until }) => until - from))
    if (way.before === null || done >= Number(last)) return way
    asked.progress(`looked back to ${way.looked.map(({ topic, partition, from }) => `${topic}/${partition} at ${from}`).join(', ')}`)
    way = joined(way, await ask(routes.record, asked.where(), { id, model, before: way.before, last: String(Number(last) - done) }))
  }
}

function joined(newer: RecordWay, older: RecordWay): RecordWay {
  const looked = newer.looked.map((it) => ({ ...it, from: older.looked.find(({ model }) => model === it.model)?.from ?? it.from }))
  const rejections = new Map([...newer.rejections, ...older.rejections].map((it) => [it.id, it]))
  return { ...newer, looked, before: older.before, states: [...newer.states, ...older.states], rejections: [...rejections.values()] }
}

export const recordCommand: Command = command<RecordWay>({
  says: 'The whole way of one record: its states, where each came from, when each target had it, what was refused and found. Values are not shown.', takes: ['<entity or effect key>'],
  exit: '3 when nothing is found.',
  options: {
    model: { type: 'string', value: 'M', says: 'only in the topic of this model' }, last: { type: 'string', value: 'N', says: `look back over so many offsets of each partition (${usual})` },
    before: { type: 'string', value: 'B', says: 'go on where an earlier answer ended' },
  },
  answer: wayOf, text: recordText, exitOf: ({ states, rejections }) => (states.length + rejections.length === 0 ? exits.hubWrong : exits.ok),
})
