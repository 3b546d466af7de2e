import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { answers, freePort, keptPorts } from './ports.ts'

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

test('ports stay the same from one start to the next, unless somebody has taken one meanwhile', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ports-')), 'ports.json')
  const [a, taken] = [await freePort(), await listening('127.0.0.1')]
  const first = await keptPorts(file, { a: a + 1, b: taken })
  expect(first.b).not.toBe(taken)
  // A new start is a new process: the same ports are free again.
  const again = await import('./ports.ts?again') as typeof import('./ports.ts')
  expect(await again.keptPorts(file, { a: a + 1, b: taken })).toEqual(first)
})
