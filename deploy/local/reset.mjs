// npm run reset: forgets what the local stack keeps. Runs under the machine's own Node.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runningPid } from './running.mjs'

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const data = join(project, '.hub')

const pid = runningPid(project)
if (pid !== undefined) {
  console.error(`The local stack is running (process ${pid}). Stop it first: Ctrl-C where npm start runs, or kill ${pid}.`)
  process.exit(1)
}
if (!existsSync(data)) {
  console.log('There is nothing to forget: .hub/ does not exist.')
  process.exit(0)
}
// PostgreSQL's data lie elsewhere when the project's folder cannot be entered by its user: see data-folder.ts.
const elsewhere = join(data, 'postgres.elsewhere')
if (existsSync(elsewhere)) rmSync(readFileSync(elsewhere, 'utf8'), { recursive: true, force: true })
rmSync(data, { recursive: true, force: true })
console.log('Forgotten: topics, schemas, databases, logs and ports of the local stack (.hub/). The next npm start begins anew.')
