// npm run reset: forgets what the local stack keeps. Runs under the machine's own Node.
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runningPid } from './running.mjs'

const data = resolve(process.env.HUB_DATA ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.hub'))

const pid = runningPid(data)
if (pid !== undefined) {
  console.error(`The local stack is running (process ${pid}). Stop it first: Ctrl-C where npm start runs, or kill ${pid}.`)
  process.exit(1)
}
if (!existsSync(data)) {
  console.log(`There is nothing to forget: ${data} does not exist.`)
  process.exit(0)
}
// PostgreSQL's data lie elsewhere when the project's folder cannot be entered by its user: see data-folder.ts.
const elsewhere = join(data, 'postgres.elsewhere')
if (existsSync(elsewhere)) rmSync(readFileSync(elsewhere, 'utf8'), { recursive: true, force: true })
rmSync(data, { recursive: true, force: true })
console.log(`Forgotten: topics, schemas, databases, logs and ports of the local stack (${data}). The next npm start begins anew.`)
