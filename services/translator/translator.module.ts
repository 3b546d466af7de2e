import { hostname } from 'node:os'
import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { tablesOf } from '../../canonical/rules.ts'
import { Adoptions } from '../runtime/adoptions.ts'
import { kafkaConnection } from '../runtime/kafka/connection.ts'
import { readAt } from '../runtime/kafka/read-at.ts'
import { Producer } from '../runtime/kafka/producer.ts'
import { PassThrough, Stage } from '../runtime/kafka/stage.ts'
import { names } from '../runtime/names.ts'
import { Orders } from '../runtime/orders.ts'
import { Registry } from '../runtime/registry.ts'
import { kafkaSettings, list, registry, stream } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { States } from '../runtime/states.ts'
import { watch } from '../runtime/watch.ts'
import { sources } from './sources/index.generated.ts'
import { Table } from './table.ts'
import { Translator } from './translator.ts'
import { translatorStream } from './translator-stream.ts'
import { type Translated, Unit } from './unit.ts'
import { Units } from './units.ts'

export const translatorSettings = {
  ...registry, ...stream,
  sources: { env: 'HUB_SOURCES', says: 'Sources that this process translates, separated by commas. Empty: all of them.', fallback: '', read: list },
}

@Module({})
export class TranslatorModule {
  static of(units: Units): DynamicModule {
    return { module: TranslatorModule, controllers: [Translator], providers: [{ provide: Units, useValue: units }, { provide: APP_FILTER, useClass: PassThrough }] }
  }
}

export async function openTranslator({ settings, health }: Surroundings<typeof translatorSettings>): Promise<Opened> {
  const hub = names(settings.hubName)
  const instance = settings.instance ?? `${hostname()}-${process.pid}`
  const kafka = kafkaConnection(kafkaSettings(settings, 'translator'))
  const schemas = new Registry(settings.registryUrl)
  let orders: Orders | null = null
  const wanted = chosen(settings.sources), tables = tablesOf(wanted.flatMap(({ source }) => source.ruled)).map((card) => new Table(card, { cluster: kafka.control, topic: hub.topic(card.topic) }))
  const units = new Units(wanted.map(({ card, source }) => new Unit({ card, source, names: hub, registry: schemas, instance, tables, approvedAt: () => orders?.resumedAt(card.name) ?? -Infinity,
    reread: (partition, offsets) => readAt(kafka.control, hub.topic(card.topic), partition, offsets),
  })))
  const adoptions = new Adoptions()
  const states = new States(new Producer(kafka), hub.states, { stage: 'translate', instance })
  const told = watch('translate', states, health)
  const stage = new Stage({
    streams: (dispatch) => units.all.map((unit) =>
      translatorStream({ unit, kafka, names: hub, settings, told, adopted: (it) => adoptions.positionOf(unit.name, it), translate: (chunk, context) => dispatch('translate', chunk, context) as Promise<Translated> })),
  })
  orders = new Orders({ cluster: kafka.control, topic: hub.commands, registry: schemas, adoptions }, stage.streams)
  const app = await NestFactory.createMicroservice(TranslatorModule.of(units), { strategy: stage, logger: ['error', 'warn'] })
  await app.listen()
  return { close: async () => { await orders?.stop(); await app.close(); await Promise.all(tables.map((it) => it.stop())); states.stop(); await kafka.close() } }
}

function chosen(wanted: readonly string[]) {
  const known = Object.keys(sources), unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`settings.wrong: HUB_SOURCES names ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return Object.values(sources).filter(({ card }) => wanted.length === 0 || wanted.includes(card.name))
}
