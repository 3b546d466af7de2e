import { expect, test } from 'vitest'
import { auditJob, type AuditCursor } from '../services/reconciler/target-audit/target-auditor.ts'
import { openLedger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import card from '../services/sink/targets/crm-http/card.ts'
import { Crm } from './faults/crm.ts'
import { testHub } from './hub.ts'
import { eventually, Route } from './route.ts'

test('a CRM that is listed while it is fed gives no false alarm; an item deleted, edited or put by hand is found and named, and gone when it is mended', { timeout: 300_000 }, async () => {
  const hub = testHub('target-audit-crm')
  await using route = await Route.provision(hub)
  await using crm = await Crm.start(hub, route, await hub.createDatabase('state'))
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  const ledger = openLedger(database), env = crm.env(), url = env['HUB_TARGET_CRM_HTTP_URL']!
  const reconciler = await hub.start('reconciler', { ...env, HUB_LEDGER_URL: database, HUB_AUDIT_TARGETS_EVERY_MS: '200', HUB_AUDIT_TARGETS_PER_SECOND: '1000000', HUB_TARGET_CRM_HTTP_AUDIT_PER_SECOND: '500' })
  const passes = async () => Object.values(((await ledger.job.findUnique({ where: { name: auditJob(card.name) } }))?.cursor as AuditCursor | null)?.passes ?? {})
  const audited = async () => {
    for (let round = 0; round < 2; round++) {
      const since = new Date().toISOString()
      await eventually(60_000, async () => { const now = await passes(); if (now.length < card.models.length || now.some(({ at }) => at < since)) throw new Error(`not audited: ${JSON.stringify(now)}\n${reconciler.logs().slice(-2_000)}`) })
    }
  }
  const findings = () => ledger.finding.findMany({ orderBy: [{ kind: 'asc' }, { entity: 'asc' }] })
  await hub.start('translator')
  let sink = await hub.start('sink', { ...env, HUB_CHUNK_RECORDS: '100' })
  await crm.misbehave({ delayMs: 20 })
  const feeding = route.feed(2_000, { seed: 'target-audit-crm', bad: 0.01, rate: 200 })
  for (let kill = 0; kill < 2; kill++) {
    await new Promise((done) => { setTimeout(done, 3_000) })
    sink.kill('SIGKILL')
    sink = await hub.start('sink', { ...env, HUB_CHUNK_RECORDS: '100' })
  }
  await feeding
  await route.translated()
  await crm.delivered()
  await audited()
  expect(await findings()).toEqual([])
  expect((await passes()).map(({ rows, expected, differing, leftOut, complete }) => [rows === expected && rows > 100, differing, leftOut, complete])).toEqual([[true, 0, 0, true], [true, 0, 0, true]])

  const list = async (collection: string) => (await (await fetch(`${url}/${collection}?limit=20`)).json() as { items: Record<string, unknown>[] }).items
  const put = (method: string, collection: string, { id, ...body }: Record<string, unknown>) => fetch(`${url}/${collection}/${encodeURIComponent(String(id))}`, { method, headers: { 'idempotency-key': `by hand ${Math.random()}` }, ...(method === 'PUT' ? { body: JSON.stringify(body) } : {}) })
  const [gone, edited, short] = (await list('orders')).filter(({ lines }) => (lines as object[]).length > 0) as [Record<string, unknown>, Record<string, unknown>, Record<string, unknown>], [customer] = await list('customers')
  await put('DELETE', 'orders', gone)
  await put('PUT', 'orders', { ...edited, total: `${String(edited['total'])}1` })
  await put('PUT', 'orders', { ...short, lines: (short['lines'] as object[]).slice(1) })
  await put('PUT', 'customers', { ...customer!, phone: '+49 30 1234567' })
  await put('PUT', 'customers', { ...customer!, id: 'by-hand:1' })
  await audited()
  const found = (await findings()).map(({ kind, entity, status, fields }) => `${status} ${kind} ${entity} ${(fields as { field: string }[]).map((it) => it.field.replace(/^lines.*/, 'lines')).join()}`)
  expect(found).toEqual(expect.arrayContaining([`open target.missing ${String(gone['id'])} ${['orders', ...(gone['lines'] as object[]).map((_, at) => `orders lines ${at}`)].join()}`, `open target.differs ${String(edited['id'])} totals.total`, `open target.differs ${String(customer!['id'])} phone`]))
  expect(found.filter((it) => it.includes('by-hand:1'))).toHaveLength(1)
  expect(found.filter((it) => it.includes(String(short['id'])))).toHaveLength(1)
  expect(found).toHaveLength(5)
  expect(JSON.stringify(await findings()) + reconciler.logs()).not.toContain('1234567')

  for (const item of [gone, edited, short]) await put('PUT', 'orders', item)
  await put('PUT', 'customers', customer!)
  await put('DELETE', 'customers', { id: 'by-hand:1' })
  await audited()
  expect((await findings()).map(({ status }) => status)).toEqual(found.map(() => 'gone'))
  await ledger.$disconnect()
})
