import { type DynamicModule, Module } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import type { Cluster } from '../runtime/kafka/cluster.ts'
import { Adoptions } from '../runtime/adoptions.ts'
import { booksUnit } from '../runtime/books-unit.ts'
import { kafkaConnection } from '../runtime/kafka/connection.ts'
import { type NewRecord, Producer } from '../runtime/kafka/producer.ts'
import { PassThrough, Stage } from '../runtime/kafka/stage.ts'
import { type Ledger, openLedger } from '../runtime/ledger/ledger.ts'
import { names } from '../runtime/names.ts'
import { Orders } from '../runtime/orders.ts'
import { Registry } from '../runtime/registry.ts'
import { kafkaSettings } from '../runtime/settings.ts'
import type { Opened, Surroundings } from '../runtime/start.ts'
import { sources } from '../translator/sources/index.generated.ts'
import { targets } from '../sink/targets/index.generated.ts'
import { Auditor } from './audit/auditor.ts'
import { Balance } from './balance/balance.ts'
import { watched } from './balance/watched.ts'
import { BooksKeeper, clusterOf, ledgerOf } from './books/books-keeper.ts'
import { booksStream } from './books/books-stream.ts'
import { IntervalWatch } from './books/interval-watch.ts'
import { retiring } from './books/retire-receipts.ts'
import { FindingWatch } from './findings/finding-watch.ts'
import { preparer } from './redrive/prepare.ts'
import { Redriver } from './redrive/redriver.ts'
import { rejectionsErrand } from './redrive/rejections-errand.ts'
import { republishErrand } from './redrive/republish-errand.ts'
import { Comparer } from './remap/comparer.ts'
import { Repairer } from './repair/repairer.ts'
import { RunningActs } from './running-acts.ts'
import type { reconcilerSettings } from './settings.ts'
import { TargetAuditor } from './target-audit/target-auditor.ts'
import { toldTargets } from './target-audit/told-targets.ts'

/** Books of several partitions, and jobs that hold a snapshot open meanwhile. */
const connections = 10

@Module({})
export class ReconcilerModule {
  static of(schemas: Registry, ledger: Ledger, cluster: Cluster): DynamicModule {
    return { module: ReconcilerModule, controllers: [BooksKeeper], providers: [{ provide: Registry, useValue: schemas }, { provide: ledgerOf, useValue: ledger }, { provide: clusterOf, useValue: cluster }, { provide: APP_FILTER, useClass: PassThrough }] }
  }
}

export async function openReconciler({ settings, health }: Surroundings<typeof reconcilerSettings>): Promise<Opened> {
  const kafka = kafkaConnection(kafkaSettings(settings, 'reconciler'))
  const database = openLedger(settings.ledgerUrl, connections)
  const hub = names(settings.hubName), schemas = new Registry(settings.registryUrl)
  const units = [...Object.values(sources), ...targets].map(({ card }) => card.name)
  const adoptions = new Adoptions()
  const stage = new Stage({ streams: (dispatch) => [booksStream({ kafka, ledger: database, names: hub, health, settings, units, dispatch, adopted: (it) => adoptions.positionOf(booksUnit, it) })] })
  const orders = new Orders({ cluster: kafka.control, topic: hub.commands, registry: schemas, adoptions }, stage.streams)
  const app = await NestFactory.createMicroservice(ReconcilerModule.of(schemas, database, kafka.control), { strategy: stage, logger: ['error', 'warn'] })
  await app.listen()
  const watch = new IntervalWatch(database), findings = new FindingWatch(database)
  const balance = new Balance({ ledger: database, cluster: kafka.cluster(12_000), names: hub, registry: schemas, watched: watched({ sources: Object.values(sources), models: modelCards, targets: targets.map(({ card }) => card) }, hub) })
  const retired = retiring(database, settings.receiptsKept)
  const producer = new Producer(kafka)
  const send = (topic: string, records: readonly NewRecord[]) => producer.send(topic, records), own = Object.values(sources)
  const running = new RunningActs(database)
  const redriver = new Redriver(database, [
    rejectionsErrand({ ledger: database, prepare: preparer(kafka.control, hub, schemas), send }),
    republishErrand({ ledger: database, cluster: kafka.control, names: hub, cards: own.map(({ card }) => card), send }),
  ], running)
  const comparer = new Comparer({ ledger: database, running, cluster: kafka.control, names: hub, registry: schemas, sources: own })
  const auditor = new Auditor({ cluster: kafka.cluster(), ledger: database, names: hub, registry: schemas, sources: own }, settings.auditPerSecond, running)
  const targetAuditor = new TargetAuditor({ cluster: kafka.cluster(), registry: schemas, ledger: database, names: hub, running, targets: toldTargets(settings), everyMs: settings.targetAuditMs, perSecond: settings.targetAuditPerSecond })
  const repairer = new Repairer(database, { cluster: kafka.control, names: hub, registry: schemas, sources: own }, running)
  const works = [redriver, comparer, repairer, auditor, targetAuditor, balance, retired]
  return { close: async () => { await orders.stop(); watch.stop(); findings.stop(); await Promise.all(works.map((it) => it.stop())); await app.close(); await kafka.close(); await database.$disconnect() } }
}
