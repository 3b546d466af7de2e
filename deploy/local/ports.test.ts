import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { answers, freePort } from './ports.ts'

async function listening(host: string): Promise<number> {
  const server: Server = createServer()
  onTestFinished(() => { server.close() })
  await new Promise<void>((done) => { server.listen(0, host, done) })
  return (server.address() as AddressInfo).port
}

test('a taken port is avoided, whether it is taken on the loopback or on all interfaces', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    const taken = await listening(host)
    expect(await answers(taken)).toBe(true)
    expect(await freePort(taken)).not.toBe(taken)
  }
})

test('a free port is given as asked for, and never twice', async () => {
  const port = await freePort()
  expect(await answers(port)).toBe(false)
  expect(await freePort(port)).not.toBe(port)
})

test('many that ask at once get a port each', async () => {
  const ports = await Promise.all(Array.from({ length: 80 }, () => freePort()))
  expect(new Set(ports).size).toBe(80)
})

test('ports stay the same from one start to the next, unless somebody has taken one meanwhile', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ports-')), 'ports.json')
  const [wanted, taken] = [await freePort(), await listening('127.0.0.1')]
  const first = await newStart(file, { wanted, taken })
  expect(first.taken).not.toBe(taken)
  expect(await newStart(file, { wanted, taken })).toEqual(first)
})

/** What a start would get: each start is a process of its own, which has handed out nothing yet. */
async function newStart(file: string, preferred: { wanted: number; taken: number }): Promise<Record<string, number>> {
  vi.resetModules()
  return await (await import('./ports.ts')).keptPorts(file, preferred)
}
