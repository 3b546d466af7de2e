import 'reflect-metadata'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NestFactory } from '@nestjs/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ApiModule } from '../api/api.module.ts'
import type { Adoptables } from '../api/adopt.schema.ts'
import type { Sheet, TargetVerified } from '../api/balance.schema.ts'
import type { CommandState } from '../api/orders.schema.ts'
import { routes, type Route } from '../api/routes.ts'
import type { Status } from '../api/status.schema.ts'
import { commands } from './commands.ts'
import { runCommand } from './run-command.ts'

const token = 'a-token-of-the-test'
const status: Status = { at: '2026-01-01T00:00:00.000Z', hub: '', ok: true, endpoints: { kafka: { url: 'k:1', reachable: true, trouble: null } }, routes: [], targets: [], books: { gaps: 0, overlaps: 0, behind: 0 }, findings: {}, lacks: [] }
const knowledge = { status: async (): Promise<Status> => status, topics: async () => ({ at: status.at, topics: [], lacks: [] }), plan: () => ({ routes: [] }),
  rejections: async () => ({ rejections: [], total: 0 }), groups: async () => ({ groups: [], total: 0 }), rejection: async () => { throw new Error('no rejection in this test') },
  findings: async () => ({ findings: [], total: 0 }), record: async () => { throw new Error('no record in this test') }, finding: async () => { throw new Error('no finding in this test') },
  forecast: async () => ({ total: 0, outcomes: [], targets: [], records: [] }), order: async () => ({ id: 'c-1' }), balance: async () => emptySheet, verified: async () => ({ at: status.at, targets: [verifiedHouse] }), lost: async () => ({ target: 'house', lost: [] }), command: async (id: string): Promise<CommandState> => ({ ...commandDone, id }),
  adoptables: async () => moved,
}
const emptySheet: Sheet = { at: '2026-01-01T00:00:00.000Z', hub: '', by: 'run', from: null, to: null, balanced: true, sources: [], targets: [] }
let moved: Adoptables = { at: '2026-01-01T00:00:00.000Z', units: [], silent: [] }
let verifiedHouse: TargetVerified = { target: 'house', through: null, age: null, proven: null, held: [], accepted: 0 }
const commandDone: CommandState = { id: '', act: 'redrive', subject: null, actor: 'ada', reason: 'agreed', at: '2026-01-01T00:00:00.000Z', status: 'done', detail: '3 mapped', claimed: 3, sent: 3, counts: {}, outcomes: { mapped: 3 }, comparison: null }
let url: string
let closed: string

beforeAll(async () => {
  const app = await NestFactory.create(ApiModule.of({ ...knowledge, status: () => knowledge.status() }, token), { logger: false })
  await app.listen(0, '127.0.0.1')
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => { server.once('listening', done) })
  closed = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.close()
  return () => app.close()
})
afterAll(() => { knowledge.status = async () => status })

async function hub(args: string, env: Record<string, string> = { HUB_CONSOLE_URL: url, HUB_CONSOLE_TOKEN: token }) {
  let out = '', err = ''
  const exit = await runCommand(args.split(' ').filter((it) => it !== ''), { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env })
  return { exit, out, err }
}

test('status ends with 0 when everything is in order, and prints JSON on one line', async () => {
  expect(await hub('status --json')).toEqual({ exit: 0, out: `${JSON.stringify(status)}\n`, err: '' })
})

test('status ends with 3 when something is wrong with the hub, and still answers', async () => {
  knowledge.status = async () => ({ ...status, ok: false, books: { gaps: 1, overlaps: 0, behind: 0 } })
  const { exit, out, err } = await hub('status')
  expect([exit, err]).toEqual([3, ''])
  expect(out).toContain('The books have 1 gaps and 0 overlaps')
  knowledge.status = async () => status
})

test.for([
  ['no token', 'status', { HUB_CONSOLE_TOKEN: '' }, 'console.no_token'],
  ['a wrong token', 'status --token wrong', {}, 'console.wrong_token'],
  ['a console that is not there', 'status', { HUB_CONSOLE_URL: '' }, 'console.unreachable'],
  ['a setting that is no URL', 'status', { HUB_CONSOLE_URL: 'nonsense' }, 'settings.wrong'],
] as const)('%s ends with 1: code, meaning and what to do on stderr', async ([, args, env, code]) => {
  const set: Record<string, string> = { HUB_CONSOLE_URL: url, HUB_CONSOLE_TOKEN: token, ...env }
  if (code === 'console.unreachable') set['HUB_CONSOLE_URL'] = closed
  const { exit, out, err } = await hub(args, set)
  expect([exit, out]).toEqual([1, ''])
  expect(err).toMatch(new RegExp(`^${code.replace('.', '\\.')}: .+\\n  .+\\n(?:.*\\n)?  What to do: .+\\n$`))
})

test.for(['stats', 'status more', 'status --nonsense', 'help nonsense', 'rejections', 'rejections show', 'redrive', 'redrive --group g', 'redrive --unit u --reason agreed --rate fast', 'pause', 'pause a b', 'adopt --reason agreed', 'adopt a b', 'adopt a --all --reason agreed', 'adopt --all', ''])('"%s" ends with 2', async (args) => {
  const { exit, out, err } = await hub(args)
  expect([exit, out]).toEqual([2, ''])
  expect(err).not.toBe('')
})

test('help lists every command, and each command has its own', async () => {
  const { exit, out } = await hub('help')
  expect(exit).toBe(0)
  for (const name of Object.keys(commands)) {
    expect(out).toContain(`  ${name}`)
    expect((await hub(`${name} --help`)).out).toBe((await hub(`help ${name}`)).out)
  }
})

test('the OpenAPI document names every route, and only itself is open to everybody', async () => {
  const document = await (await fetch(`${url}/openapi.json`)).json() as { openapi: string; paths: Record<string, { get: { security: unknown[] } }>; components: { schemas: Record<string, { properties?: Record<string, unknown> }> } }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toEqual(Object.values(routes).map(({ path }) => path))
  expect(Object.keys(document.components.schemas['Status']?.properties ?? {})).toEqual(Object.keys(status))
  const all: readonly Route[] = Object.values(routes)
  for (const { path, body } of all) expect((await fetch(`${url}${path}`, { method: body ? 'POST' : 'GET' })).status).toBe(path === '/openapi.json' ? 200 : 401)
})

test('a path that does not exist says where to look', async () => {
  const answer = await fetch(`${url}/api/nonsense`, { headers: { authorization: `Bearer ${token}` } })
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'console.not_found' }])
})

test('the gate ends with 0 when the time is proven, else with 3 and what holds it back; it waits as long as it is told', async () => {
  verifiedHouse = { ...verifiedHouse, through: '2026-01-01T00:00:00.000Z', age: 5, proven: false, held: [{ source: 'shop', topic: 'source.shop', partition: 2, offset: 7, time: '2026-01-01T00:00:00.000Z', why: 'deliver', says: 'source.shop/2 is on its way.' }] }
  const held = await hub('verified --target house --at now --wait --timeout 1s')
  expect([held.exit, held.out]).toEqual([3, expect.stringContaining('source.shop/2 is on its way.')])
  const waiting = hub('verified --target house --at now --wait')
  verifiedHouse = { ...verifiedHouse, proven: true, held: [] }
  expect((await waiting).exit).toBe(0)
  expect((await hub('verified --wait')).err).toContain('command.usage')
  expect((await hub('verified --at now --wait --timeout soon')).err).toContain('--timeout takes')
})

test('a unit whose topics do not all continue what was read is named with what differs, and the dry run ends with 3', async () => {
  expect(await hub('adopt --dry-run')).toMatchObject({ exit: 0, out: expect.stringContaining('No unit stands still') as string })
  const place = { topic: 'source.shop', was: 'A', now: 'B', position: 7, first: 0, end: 9 }
  moved = { ...moved, silent: ['house'], units: [{ unit: 'shop', fits: false, partitions: [{ ...place, partition: 0, fits: true, checked: 'by its times' }, { ...place, partition: 1, fits: false, checked: 'other times' }] }] }
  const { exit, out } = await hub('adopt shop --dry-run')
  expect([exit, out]).toEqual([3, expect.stringMatching(/shop: would be refused[^]*source\.shop +0 +A +B +7 +0 to 8 +by its times[^]*other times[^]*Nothing was changed[^]*house/)])
})

test('an empty sheet says so, in every form', async () => {
  expect((await hub('balance')).out).toContain('Nothing was counted')
  expect((await hub('balance --csv')).out).toBe('period,source,model,target,term,value\n')
  expect((await hub('balance --html')).out).toMatch(/^<!doctype html>/)
})
