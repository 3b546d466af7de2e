import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { kafkaConnection } from '../runtime/kafka/connection.ts'
import { type NewRecord, Producer } from '../runtime/kafka/producer.ts'
import { PassThrough, Stage } from '../runtime/kafka/stage.ts'
import { openLedger } from '../runtime/ledger/ledger.ts'
import { names } from '../runtime/names.ts'
import { Registry } from '../runtime/registry.ts'
import { events } from '../runtime/events.ts'
import { kafkaSettings, ledger, registry, stream, wholeNumber, type Settings } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { sources } from '../translator/sources/index.generated.ts'
import { audits } from '../sink/targets/audits.generated.ts'
import { targets } from '../sink/targets/index.generated.ts'
import { BooksKeeper } from './books/books-keeper.ts'
import { booksStream } from './books/books-stream.ts'
import { IntervalWatch } from './books/interval-watch.ts'
import { TargetAuditor } from './target-audit/target-auditor.ts'
import { preparer } from './redrive/prepare.ts'
import { Redriver } from './redrive/redriver.ts'
import { rejectionsErrand } from './redrive/rejections-errand.ts'
import { republishErrand } from './redrive/republish-errand.ts'
import { Comparer } from './remap/comparer.ts'

const auditing = {
  auditMs: { env: 'HUB_AUDIT_TARGETS_EVERY_MS', says: 'How often each target is audited, model by model.', fallback: '900000', read: wholeNumber },
  auditPerSecond: { env: 'HUB_AUDIT_TARGETS_PER_SECOND', says: 'Most canonical records a second that an audit of a target reads.', fallback: '20000', read: wholeNumber },
} satisfies Settings
/** Settings of every target that can be audited, as `<target> <setting>`. */
const ofTargets: Settings = Object.fromEntries(audits.flatMap(({ card, audit }) => Object.entries(audit.settings).map(([name, setting]) => [`${card.name} ${name}`, setting])))
export const reconcilerSettings = { ...registry, ...stream, ...ledger, ...auditing, ...ofTargets }

@Module({})
export class ReconcilerModule {
  static of(schemas: Registry): DynamicModule {
    return { module: ReconcilerModule, controllers: [BooksKeeper], providers: [{ provide: Registry, useValue: schemas }, { provide: APP_FILTER, useClass: PassThrough }] }
  }
}

export async function openReconciler({ settings, health }: Surroundings<typeof reconcilerSettings>): Promise<Opened> {
  const kafka = kafkaConnection(kafkaSettings(settings, 'reconciler'))
  const database = openLedger(settings.ledgerUrl)
  const hub = names(settings.hubName), schemas = new Registry(settings.registryUrl)
  const units = [...Object.values(sources), ...targets].map(({ card }) => card.name)
  const stage = new Stage({ streams: (dispatch) => [booksStream({ kafka, ledger: database, names: hub, health, settings, units, dispatch })] })
  const app = await NestFactory.createMicroservice(ReconcilerModule.of(schemas), { strategy: stage, logger: ['error', 'warn'] })
  await app.listen()
  const watch = new IntervalWatch(database)
  const producer = new Producer(kafka)
  const send = (topic: string, records: readonly NewRecord[]) => producer.send(topic, records), own = Object.values(sources)
  const redriver = new Redriver(database, [
    rejectionsErrand({ ledger: database, prepare: preparer(kafka.control, hub, schemas), send }),
    republishErrand({ ledger: database, cluster: kafka.control, names: hub, cards: own.map(({ card }) => card), send }),
  ])
  const comparer = new Comparer({ ledger: database, cluster: kafka.control, names: hub, registry: schemas, sources: own })
  const told = audits.flatMap(({ card, audit }) => {
    const opened = audit.open(Object.fromEntries(Object.keys(audit.settings).map((name) => [name, (settings as Readonly<Record<string, unknown>>)[`${card.name} ${name}`]])))
    if (opened === null) events.targetNotAudited(card.name)
    return opened === null ? [] : [{ card, audit: opened }]
  })
  const auditor = new TargetAuditor({ cluster: kafka.control, registry: schemas, ledger: database, names: hub, targets: told, everyMs: settings.auditMs, perSecond: settings.auditPerSecond })
  return { close: async () => { watch.stop(); await Promise.all([auditor.stop(), redriver.stop(), comparer.stop()]); await app.close(); await kafka.close(); await database.$disconnect() } }
}
