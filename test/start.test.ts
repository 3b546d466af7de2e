import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readEndpoints, type Endpoints } from '../deploy/local/endpoints.ts'
import { project } from '../deploy/local/project.ts'
import type { Status } from '../services/console/api/status.schema.ts'

const data = mkdtempSync(join(tmpdir(), 'tributary-start-'))
const env = { ...process.env, HUB_DATA: data, HUB_NAME: '' }
const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGTERM')
  rmSync(data, { recursive: true, force: true })
})

test('npm start brings everything up beside taken ports, runs every route, refuses a second start, and Ctrl-C leaves nothing behind within 10 s', { timeout: 400_000 }, async () => {
  const squatter = createServer().listen(9092, '127.0.0.1').on('error', () => {})
  const stack = start([])
  await expect.poll(stack.said, { timeout: 150_000, interval: 200 }).toMatch(/^Ready after [\d.]+ s\./m)
  const endpoints = endpointsOf()
  expect(endpoints.kafka).not.toBe('127.0.0.1:9092')

  await expect.poll(async () => (await statusOf(endpoints)).routes.map((it) => it.state), { timeout: 120_000, interval: 500 }).toSatisfy((states: string[]) => states.length > 0 && states.every((it) => it === 'running'))

  const second = run('start.ts')
  expect(second.status).toBe(1)
  expect(second.stderr).toContain('already runs')
  const reset = run('reset.mjs')
  expect(reset.status).toBe(1)
  expect(reset.stderr).toContain('is running')

  const began = Date.now()
  stack.child.kill('SIGINT')
  await stack.ended
  expect(Date.now() - began).toBeLessThan(10_000)
  expect(stack.child.exitCode).toBe(0)
  expect(processesOf(data)).toEqual([])
  squatter.close()
})

test('a second start finds what the first one kept, at the same ports', { timeout: 240_000 }, async () => {
  const before = endpointsOf()
  const stack = start(['--only', 'infra'])
  await expect.poll(stack.said, { timeout: 90_000, interval: 200 }).toMatch(/^Ready after [\d.]+ s\./m)
  expect(endpointsOf()).toEqual(before)
  expect(stack.said()).toMatch(/Ledger .* up to date/)
  stack.child.kill('SIGTERM')
  await stack.ended
})

test('after a kill -9 nothing goes on running, and the next start is not in its own way', { timeout: 240_000 }, async () => {
  const killed = start(['--only', 'infra'])
  await expect.poll(killed.said, { timeout: 90_000, interval: 200 }).toMatch(/^Ready after/m)
  killed.child.kill('SIGKILL')
  await expect.poll(() => processesOf(data), { timeout: 40_000, interval: 300 }).toEqual([])
  const next = start(['--only', 'infra'])
  await expect.poll(next.said, { timeout: 90_000, interval: 200 }).toMatch(/^Ready after/m)
  next.child.kill('SIGINT')
  await next.ended
})

test('npm run reset forgets everything', () => {
  expect(existsSync(join(data, 'kafka'))).toBe(true)
  expect(run('reset.mjs').status).toBe(0)
  expect(existsSync(data)).toBe(false)
})

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [join(project, 'deploy/local/start.ts'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { output += text.toString() })
  return {
    child, ended: new Promise<void>((done) => { child.once('exit', () => done()) }),
    said: () => { if (child.exitCode) throw new Error(`it ended with ${child.exitCode}:\n${output}`); return output },
  }
}

const run = (script: string) => spawnSync(process.execPath, [join(project, 'deploy/local', script)], { env, encoding: 'utf8' })

function endpointsOf(): Endpoints {
  const endpoints = readEndpoints(data)
  if (!endpoints) throw new Error('there is no endpoints.json')
  return endpoints
}

async function statusOf({ console: url, token }: Endpoints): Promise<Status> {
  const answer = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${token}` } })
  return await answer.json() as Status
}

/** Every process that was told of this folder, by its command line or its environment. */
function processesOf(folder: string): string[] {
  return globSync('/proc/[0-9]*').filter((it) => it !== `/proc/${process.pid}`).flatMap((it) => {
    try {
      const command = readFileSync(join(it, 'cmdline'), 'utf8')
      return command !== '' && `${command}${readFileSync(join(it, 'environ'), 'utf8')}`.includes(folder) ? [`${it} ${command.replaceAll('\0', ' ').slice(0, 120)}`] : []
    } catch { return [] }
  })
}
