import { randomUUID } from 'node:crypto'
import { commandCodec } from '../canonical/codec.ts'
import { kafkaTime } from '../canonical/micros.ts'
import type { Command } from '../canonical/models.generated.ts'
import { schemaText } from '../canonical/schemas.ts'
import { Registry } from '../services/runtime/registry.ts'
import type { TestHub } from './hub.ts'
import type { Route } from './route.ts'

/** Writes a command as the console does, once or several times, and answers its identity. */
export async function ordered(hub: TestHub, route: Route, it: Partial<Command>, times = 1): Promise<string> {
  const id = randomUUID(), { names } = route
  const schemaId = await new Registry(hub.registryUrl).idOf(names.subject(names.commands), schemaText('command.v1'))
  const value = Buffer.from(commandCodec().encode(schemaId, { id, act: 'redrive', subject: null, actor: 'test', reason: 'agreed', at: kafkaTime(Date.now()), selection: null, perSecond: null, range: null, offsets: null, adopt: null, ...it }))
  for (let n = 0; n < times; n++) await route.producer().send(names.commands, [{ key: id, value, partition: 0 }])
  return id
}
