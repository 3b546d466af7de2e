import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../canonical/schemas.ts'

const schema = join(packageRoot, 'services', 'runtime', 'ledger', 'schema.prisma')
const client = join(packageRoot, 'services', 'runtime', 'ledger', 'client.generated', 'client.ts')

/** Writes the ledger's client from schema.prisma where it is missing or older. 10,000 lines that nobody reviews: generated, not committed, so never stale in a commit. */
export function generateLedger(): boolean {
  if (existsSync(client) && statSync(client).mtimeMs >= statSync(schema).mtimeMs) return false
  const run = spawnSync(process.execPath, [join(packageRoot, 'node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
    cwd: packageRoot, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  })
  if (run.status !== 0) throw new Error(`prisma generate failed: ${run.stdout}${run.stderr}`)
  return true
}

if (import.meta.main) console.log(generateLedger() ? 'The ledger\'s client is generated.' : 'The ledger\'s client is up to date.')
