import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { project } from '../deploy/local/project.ts'

const start = (args: readonly string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [join(project, 'deploy/local/start.ts'), ...args], { encoding: 'utf8', env })

test('an option that does not exist ends with 2 and the usage', () => {
  const { status, stderr } = start(['--everything'])
  expect(status).toBe(2)
  expect(stderr).toContain('There is no option --everything.')
  expect(stderr).toContain('--no-samples')
})

test('--help tells every option and every variable, and starts nothing', () => {
  const { status, stdout } = start(['--help'])
  expect(status).toBe(0)
  for (const word of ['--no-samples', '--only infra', 'HUB_KAFKA_BROKERS', 'HUB_REGISTRY_URL', 'HUB_LEDGER_URL', 'HUB_TARGET_WAREHOUSE_POSTGRES_URL', 'npm run reset']) expect(stdout).toContain(word)
})

test('without Maven there is one message with both ways out, and nothing is started', () => {
  // `ps` has to be found all the same.
  const bin = mkdtempSync(join(tmpdir(), 'no-maven-'))
  symlinkSync('/bin/ps', join(bin, 'ps'))
  const { status, stdout, stderr } = start([], { ...process.env, PATH: bin, HUB_KAFKA_BROKERS: '', HUB_REGISTRY_URL: '' })
  expect(status).toBe(1)
  expect(stderr).toMatch(/Maven w(as|ere) not found/)
  expect(stderr).toContain('install')
  expect(stderr).toContain('HUB_KAFKA_BROKERS and HUB_REGISTRY_URL')
  expect(stdout).not.toContain('PostgreSQL')
})

test('nothing that was launched outlives a kill -9 of who launched it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'guardian-'))
  const script = join(folder, 'launcher.ts')
  writeFileSync(script, `
    import { launch } from ${JSON.stringify(join(project, 'deploy/local/process.ts'))}
    for (const [i, code] of ['setInterval(() => {}, 1000)', 'process.on("SIGTERM", () => {}); console.log("does not mind"); setInterval(() => {}, 1000)'].entries()) {
      const { pid } = await launch({ name: 'n', stage: 'server', command: process.execPath, args: ['-e', code], log: ${JSON.stringify(join(folder, 'log'))} + i })
      console.log(pid)
    }
    console.log('up')
    setInterval(() => {}, 1000)
  `)
  const launcher = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'], cwd: dirname(script) })
  let said = ''
  launcher.stdout.on('data', (text: Buffer) => { said += text.toString() })
  await expect.poll(() => said, { timeout: 30_000 }).toContain('up')
  const pids = said.split('\n').slice(0, 2).map(Number)
  expect(pids.map(alive)).toEqual([true, true])
  await expect.poll(() => readFileSync(join(folder, 'log1'), 'utf8'), { timeout: 30_000 }).toContain('does not mind')
  launcher.kill('SIGKILL')
  await expect.poll(() => pids.map(alive), { timeout: 40_000, interval: 200 }).toEqual([false, false])
})

function alive(pid: number): boolean {
  try { process.kill(pid, 0) } catch { return false }
  // A zombie has ended; it only waits for its parent to look.
  try { return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')) } catch { return true }
}
