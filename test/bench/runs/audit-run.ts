import { setTimeout as sleep } from 'node:timers/promises'
import { openLedger } from '../../../services/runtime/ledger/ledger.ts'
import { migrate } from '../../../services/runtime/ledger/migrate.ts'
import { auditJob, type AuditCursor } from '../../../services/reconciler/target-audit/target-auditor.ts'
import type { Pass } from '../../../services/reconciler/target-audit/audit-model.ts'
import { Observed } from '../measure/observed.ts'
import { treeCost } from '../measure/process-tree.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { targetName } from '../target/card.ts'
import { partitions } from '../workload/source-topic.ts'

const swaps = { 'services/sink/targets/index.generated.js': 'targets.js', 'services/sink/targets/audits.generated.js': 'audits.js', 'canonical/cards/index.generated.js': 'model-cards.js' }

export interface AuditRun { readonly pass: Pass; readonly peakRssMb: number; readonly cpuSeconds: number; readonly foreignCores: number; readonly entities: ReadonlySet<string> }

/** One pass of the reconciler over a table, with an empty ledger and without a limit of its rate. */
export async function auditOnce(stack: BenchStack, name: string, url: string): Promise<AuditRun> {
  const database = await stack.postgres.database(name)
  await migrate(database)
  const ledger = openLedger(database)
  const program = await stack.program('reconciler', { swaps, env: {
    HUB_LEDGER_URL: database, HUB_TARGET_BENCH_ORDERS_URL: url, HUB_AUDIT_TARGETS_EVERY_MS: '100000000', HUB_AUDIT_TARGETS_PER_SECOND: '100000000', BENCH_PARTITIONS: `${partitions}`,
  } })
  const observed = new Observed(stack.watched([program]))
  try {
    for (;;) {
      stack.mustRun(program)
      const cursor = (await ledger.job.findUnique({ where: { name: auditJob(targetName) } }))?.cursor as AuditCursor | null | undefined, pass = cursor?.passes['order.v1']
      const { peakRssMb, cpuSeconds } = treeCost([program.pid])
      if (pass !== undefined) return { pass, peakRssMb, cpuSeconds, foreignCores: observed.stop(pass.records).foreignCores, entities: new Set((await ledger.finding.findMany({ select: { entity: true } })).map((it) => it.entity ?? '')) }
      await sleep(100)
    }
  } finally {
    await program.stop()
    await ledger.$disconnect()
  }
}
