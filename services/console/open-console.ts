import type { AddressInfo } from 'node:net'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { events } from '../runtime/events.ts'
import { kafkaConnection } from '../runtime/kafka/connection.ts'
import { openLedger } from '../runtime/ledger/ledger.ts'
import { names } from '../runtime/names.ts'
import { kafkaSettings } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { ApiModule } from './api/api.module.ts'
import { declared } from './declared.ts'
import { planOf } from './plan/plan.ts'
import type { consoleSettings } from './settings.ts'
import { targetPlaces } from './status/places.ts'
import { wholeStatus } from './status/whole-status.ts'
import { wholeTopics } from './topics/whole-topics.ts'

export async function openConsole({ settings }: Surroundings<typeof consoleSettings>): Promise<Opened> {
  const hub = names(settings.hubName)
  const connection = settings.brokers.length === 0 ? null : kafkaConnection(kafkaSettings(settings, 'console'))
  const kafka = connection?.cluster(3_000) ?? null
  const ledger = settings.ledgerUrl === null ? null : openLedger(settings.ledgerUrl)
  const places = {
    kafka: { url: settings.brokers.join(','), env: 'HUB_KAFKA_BROKERS' }, registry: { url: settings.registryUrl, env: 'HUB_REGISTRY_URL' },
    ledger: { url: settings.ledgerUrl, env: 'HUB_LEDGER_URL' }, ...targetPlaces(declared.targets),
  }
  let self = ''
  const app = await NestFactory.create<NestExpressApplication>(ApiModule.of({
    status: wholeStatus({ hub: settings.hubName, names: hub, declared, kafka, ledger, places, self: () => self }),
    topics: wholeTopics({ names: hub, declared, kafka }),
    plan: () => planOf(declared, hub),
  }, settings.consoleToken), { logger: ['error', 'warn'], bodyParser: false })
  app.disable('x-powered-by')
  await app.listen(settings.consolePort, settings.consoleHost)
  self = `http://${settings.consoleHost}:${(app.getHttpServer().address() as AddressInfo).port}`
  events.consoleListening(self)
  return { close: async () => { await app.close(); await connection?.close(); await ledger?.$disconnect() } }
}
