// Runs before `npm start` and `npm test`, under the machine's own Node (20 or newer), with nothing installed yet.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const lock = join(project, 'package-lock.json')
const installed = join(project, 'node_modules', '.package-lock.json')

const [major] = process.versions.node.split('.').map(Number)
if (major < 20) {
  console.error(`Node ${process.versions.node} is too old: Tributary needs Node 20 or newer to install itself (it then brings its own Node 24).`)
  process.exit(1)
}
if (isInstalled()) process.exit(generate())

const began = Date.now()
const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
const live = process.stdout.isTTY
const show = (line) => (live ? process.stdout.write(`\r\x1b[2K${line}`) : console.log(line))
show(`… npm packages: installing${live ? '' : ' (about a minute the first time)'}`)
const tick = setInterval(() => show(`… npm packages: installing, ${seconds()}`), live ? 200 : 15_000)

const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
const said = []
npm.stdout.on('data', (text) => said.push(text))
npm.stderr.on('data', (text) => said.push(text))
npm.on('error', (error) => finish(1, `npm could not be started: ${error.message}`))
npm.on('close', (code) => finish(code ?? 1, Buffer.concat(said).toString()))

function finish(code, output) {
  clearInterval(tick)
  if (live) process.stdout.write('\r\x1b[2K')
  if (code === 0) console.log(`✓ npm packages installed (${seconds()})`)
  else console.error(`✗ npm packages could not be installed (npm ci ended with ${code} after ${seconds()}):\n${output.trim()}`)
  process.exit(code === 0 ? generate() : code)
}

// What is generated and not committed: the ledger's client. Under the Node that was just installed: this one may not read TypeScript.
function generate() {
  const own = join(project, 'node_modules', '.bin', 'node')
  return spawnSync(existsSync(own) ? own : process.execPath, [join(project, 'services/runtime/ledger/generate-ledger.ts')], { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] }).status ?? 1
}

// Contents, not times: a checkout touches the lock file without changing what it asks for.
function isInstalled() {
  if (!existsSync(installed)) return false
  const [wanted, there] = [lock, installed].map((file) => JSON.parse(readFileSync(file, 'utf8')).packages)
  return Object.entries(wanted).every(([path, { version, optional }]) => path === '' || (there[path] === undefined ? optional === true : there[path].version === version))
}
