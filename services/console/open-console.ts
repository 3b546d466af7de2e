import type { AddressInfo } from 'node:net'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import { modelNames } from '../../canonical/models.generated.ts'
import { events } from '../runtime/events.ts'
import { kafkaConnection, type KafkaConnection } from '../runtime/kafka/connection.ts'
import { Producer } from '../runtime/kafka/producer.ts'
import { type Ledger, openLedger } from '../runtime/ledger/ledger.ts'
import { names, type Names } from '../runtime/names.ts'
import { originals } from '../runtime/originals.ts'
import { Registry } from '../runtime/registry.ts'
import { kafkaSettings } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { heldPrograms } from '../sink/targets/held.generated.ts'
import { targets } from '../sink/targets/index.generated.ts'
import { sources } from '../translator/sources/index.generated.ts'
import { ApiModule } from './api/api.module.ts'
import type { Knowledge } from './api/api.ts'
import { adoptables } from './adopt/adoptable.ts'
import { adoptionsOf } from './adopt/adoptions-of.ts'
import { answered, missing } from './answered.ts'
import { balanceSheet } from './balance/sheet.ts'
import { verified } from './balance/verified.ts'
import { declared } from './declared.ts'
import { listFindings } from './findings/list.ts'
import { showFinding } from './findings/show.ts'
import { commandState } from './orders/command-state.ts'
import { placeOrder } from './orders/place-order.ts'
import { lost } from './lost/lost.ts'
import { planOf } from './plan/plan.ts'
import { recordWay } from './record/record-way.ts'
import { forecast } from './rejections/forecast.ts'
import { Holdings } from './rejections/holdings.ts'
import { Judge } from './rejections/judged.ts'
import { groupRejections } from './rejections/group.ts'
import { listRejections } from './rejections/list.ts'
import { showRejection } from './rejections/show.ts'
import type { consoleSettings } from './settings.ts'
import { targetPlaces } from './status/places.ts'
import { routeSpecs } from './status/route-spec.ts'
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
    ...about(connection, ledger, settings.registryUrl === null ? null : new Registry(settings.registryUrl), hub, settings.hubName),
  }, settings.consoleToken, settings.rawToken), { logger: ['error', 'warn'], bodyParser: false })
  app.disable('x-powered-by')
  app.useBodyParser('json', { limit: '8mb' })
  await app.listen(settings.consolePort, settings.consoleHost)
  self = `http://${settings.consoleHost}:${(app.getHttpServer().address() as AddressInfo).port}`
  events.consoleListening(self)
  return { close: async () => { await app.close(); await connection?.close(); await ledger?.$disconnect() } }
}

/** What was refused, and what people do about it. Each needs its part of the surroundings, and says which one is missing. */
function about(kafka: KafkaConnection | null, ledger: Ledger | null, registry: Registry | null, hub: Names, hubName: string): Omit<Knowledge, 'status' | 'topics' | 'plan'> {
  const books = () => ledger ?? missing('ledger.not_given', 'HUB_LEDGER_URL')
  const brokers = () => kafka ?? missing('kafka.not_given', 'HUB_KAFKA_BROKERS')
  const schemas = () => registry ?? missing('registry.not_given', 'HUB_REGISTRY_URL')
  const bytes = () => originals(brokers().control, hub, schemas())
  const models = new Map(modelNames.map((model) => [hub.canonical(model), model]))
  const redriveTopics = new Set([...declared.sources.map(({ card }) => hub.redriveSource(card.name)), ...declared.targets.flatMap(({ name, models: fed }) => fed.map((model) => hub.redriveTarget(name, model)))])
  const units = { sources: declared.sources.map(({ card }) => card.name), targets: declared.targets.map(({ name }) => name) }
  const moved = () => ({ cluster: brokers().control, ledger: books(), names: hub, registry: schemas(), units: [...units.sources, ...units.targets], redriveTopics })
  return {
    rejections: (query) => answered('ledger.unreachable', () => listRejections(books(), query)),
    groups: (query) => answered('ledger.unreachable', () => groupRejections(books(), query)),
    rejection: (id, raw) => answered('ledger.unreachable', () => showRejection(books(), kafka && registry ? bytes() : null, id, raw)),
    forecast: (selection) => answered('ledger.unreachable', async () => {
      await using holdings = new Holdings(heldPrograms)
      return await forecast({ ledger: books(), originals: bytes(), judge: new Judge({ sources: Object.values(sources), targets, modelOf: (topic) => models.get(topic), registry: schemas() }), holdings }, selection)
    }),
    findings: (query) => answered('ledger.unreachable', () => listFindings(books(), query)),
    finding: (id) => answered('ledger.unreachable', () => showFinding(books(), id)),
    record: (query) => answered('kafka.unreachable', () => recordWay({ cluster: brokers().control, ledger: books(), names: hub, registry: schemas() }, query)),
    order: (order) => answered('kafka.unreachable', async () => placeOrder(new Producer(brokers()), schemas(), hub, units)(order, ...order.act === 'adopt' ? [await adoptionsOf(moved(), order.subject)] : [])),
    adoptables: ({ unit }) => answered('kafka.unreachable', () => adoptables(moved(), unit ?? null)),
    balance: (query) => answered('ledger.unreachable', () => balanceSheet(books(), hubName, routeSpecs(declared, hub), query)),
    verified: (query) => answered('ledger.unreachable', () => verified(books(), declared.targets.map(({ name }) => name), query)),
    lost: (query) => answered('ledger.unreachable', () => lost(books(), units.targets, query)),
    command: (id) => answered('ledger.unreachable', () => commandState(books(), id)),
  }
}
