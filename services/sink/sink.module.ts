import { hostname } from 'node:os'
import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { digest, textOf } from '../../canonical/fingerprint.ts'
import { rulesFingerprint } from '../../canonical/rules.ts'
import { Adoptions } from '../runtime/adoptions.ts'
import { SettingsWrong } from '../runtime/settings.ts'
import { kafkaConnection } from '../runtime/kafka/connection.ts'
import { Producer } from '../runtime/kafka/producer.ts'
import type { LostRange } from '../runtime/kafka/range-lost.ts'
import { PassThrough, Stage } from '../runtime/kafka/stage.ts'
import { names } from '../runtime/names.ts'
import { Orders, type PassOver } from '../runtime/orders.ts'
import { Registry } from '../runtime/registry.ts'
import { kafkaSettings, readSettings, registry, stream, text } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { States } from '../runtime/states.ts'
import { watch } from '../runtime/watch.ts'
import { Flood } from './flood.ts'
import { Hands } from './hands.ts'
import { refuseUnkept } from './kept-rules.ts'
import { Outbox } from './outbox.ts'
import { Route } from './route.ts'
import { Routes } from './routes.ts'
import { Sink } from './sink.ts'
import { sinkStream } from './sink-stream.ts'
import { targets } from './targets/index.generated.ts'

/**
 * An API gets a call for each record: a chunk is what a stop has to wait for, and what a killed process asks about again.
 * A database gains nothing beyond 2,000 rows in a transaction, and several chunks lie in memory while they are written.
 */
const mostRecords = { api: 500, database: 2_000 }

export const sinkSettings = {
  ...registry, ...stream,
  target: { env: 'HUB_TARGET', says: 'The target that this process feeds: the name of its folder.', read: text },
}

@Module({})
export class SinkModule {
  static of(routes: Routes): DynamicModule {
    return { module: SinkModule, controllers: [Sink], providers: [{ provide: Routes, useValue: routes }, { provide: APP_FILTER, useClass: PassThrough }] }
  }
}

export async function openSink({ settings, health }: Surroundings<typeof sinkSettings>): Promise<Opened> {
  const { card, rules, program } = await chosen(settings.target)
  const hub = names(settings.hubName)
  const instance = settings.instance ?? `${hostname()}-${process.pid}`
  const kafka = kafkaConnection(kafkaSettings(settings, `sink-${card.name}`))
  const schemas = new Registry(settings.registryUrl)
  const target = program.make(readSettings(program.settings), rules)
  const producer = new Producer(kafka)
  const outbox = new Outbox(target, producer, health)
  const states = new States(producer, hub.states, { stage: 'deliver', instance })
  const mapping = digest(JSON.stringify([program.mapping, rulesFingerprint(rules)], (_, value: unknown) => (typeof value === 'function' ? textOf(value) : value)))
  const adoptions = new Adoptions()
  const hands = new Hands(target.atOnce ?? Infinity)
  const approvedAt = (): number => orders.resumedAt(card.name)
  const routes = new Routes(card.models.map((model) => new Route({ model, unit: card.name, target, mapping, rules, names: hub, registry: schemas, instance, flood: new Flood({ card, model, approvedAt }) })))
  const passesOver = (lost: LostRange): PassOver | null => orders.passesOver(card.name, lost)
  const stage = new Stage({ streams: (dispatch) => [sinkStream({ unit: card.name, routes, target, outbox, adoptions, kafka, names: hub, settings: { ...settings, chunkRecords: Math.min(settings.chunkRecords, mostRecords[card.kind]) }, told: watch('deliver', states, health), deliver: (chunk, held) => hands.use(() => dispatch('deliver', chunk, held)), passesOver })] })
  const orders = new Orders({ cluster: kafka.control, topic: hub.commands, registry: schemas, adoptions }, stage.streams)
  const app = await NestFactory.createMicroservice(SinkModule.of(routes), { strategy: stage, logger: ['error', 'warn'] })
  await app.listen()
  return { close: async () => { await orders.stop(); await app.close(); states.stop(); await outbox.stop(); await kafka.close(); await target.close() } }
}

async function chosen(name: string) {
  const found = targets.find(({ card }) => card.name === name)
  if (found === undefined) throw new SettingsWrong([`HUB_TARGET=${name}: there are ${targets.map(({ card }) => card.name).join(' and ')}. ${sinkSettings.target.says}`])
  const { card, rules } = found, { default: program } = await found.program()
  refuseUnkept(card, rules, program)
  return { card, rules, program }
}
