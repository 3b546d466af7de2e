import type { Answer, Receipt, Rejection } from '../../canonical/models.generated.ts'
import { delivery, order } from '../../services/sink/target-samples.ts'
import { tally } from '../../services/sink/target-desk.ts'
import { canonicalRecords } from '../canonical-records.ts'
import { testHub, type TestHub } from '../hub.ts'
import { Route } from '../route.ts'
import { receiptsAt, redriveAt, redrivenAt, rejectionsAt } from './redriving.ts'
import { withInstead } from './stepped.ts'
import { Warehouse } from './warehouse.ts'

const unit = 'warehouse-postgres', model = 'order.v1'

/** Orders on their topic, of which the warehouse refuses every fourth: a constraint that somebody has added. */
export class RefusedOrders implements AsyncDisposable {
  readonly hub: TestHub
  readonly route: Route
  readonly warehouse: Warehouse
  readonly count: number
  private constructor(hub: TestHub, route: Route, warehouse: Warehouse, count: number) {
    this.hub = hub
    this.route = route
    this.warehouse = warehouse
    this.count = count
  }

  static async prepare(name: string, count: number): Promise<RefusedOrders> {
    const hub = testHub(name), route = await Route.provision(hub), warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
    await warehouse.pool.query('alter table orders add constraint no_thirteen check (total <> 13)')
    const these = new RefusedOrders(hub, route, warehouse, count)
    await these.send(Array.from({ length: count }, (_, n) => n), 1)
    // As many as this would be held back.
    const lenient = withInstead({ 'services/sink/flood.js': 'no-flood.js' }, warehouse.env()), sink = await hub.start('sink', lenient.env, lenient.options)
    await warehouse.delivered()
    await sink.stop()
    return these
  }
  async mend(): Promise<void> { await this.warehouse.pool.query('alter table orders drop constraint no_thirteen') }

  /** The version of these orders; of the first version every fourth is one that is refused. */
  async send(orders: readonly number[], version: number): Promise<void> {
    const records = await Promise.all([0, 1, 2, 3].map((partition) => canonicalRecords(this.hub, this.route, model, partition)))
    await this.route.producer().send(this.route.names.canonical(model), orders.map((n) =>
      records[n % 16 >> 2]!(delivery(model, { id: `o${n}`, version, offset: n, content: order(`o${n}`, version === 1 && n % 4 === 0 ? '13' : `${version}`) }))))
  }

  rejections(): Promise<Rejection[]> { return rejectionsAt(this.route, unit) }
  redrive(rejections: readonly Rejection[]): Promise<void> { return redriveAt(this.route, unit, model, rejections) }
  /** Waits until everything that was sent, at first and again, is dealt with and told. */
  async settled(): Promise<void> {
    await this.warehouse.delivered()
    await redrivenAt(this.route, unit, model, this.warehouse.pool)
    await this.warehouse.delivered()
  }
  receipts(): Promise<Receipt[]> { return receiptsAt(this.route, unit) }
  async tally(): Promise<Record<string, number>> { return tally(await this.receipts()) }
  async answers(): Promise<Answer[]> { return (await this.receipts()).flatMap(({ answers }) => answers) }
  /** Entities and their versions as they are in the warehouse. */
  async rows(): Promise<Map<string, number>> {
    const { rows } = await this.warehouse.pool.query<{ entity: string; version: string }>('select entity, version from orders')
    return new Map(rows.map(({ entity, version }) => [entity, Number(version)]))
  }
  /** States that were written more than once. */
  async writtenTwice(): Promise<string[]> {
    return (await this.warehouse.pool.query<{ it: string }>('select effect_key as it from noted group by effect_key having count(*) > 1')).rows.map(({ it }) => it)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.route[Symbol.asyncDispose]()
    await this.warehouse[Symbol.asyncDispose]()
  }
}
