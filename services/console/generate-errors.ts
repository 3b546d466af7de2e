// Writes ERRORS.md, the error reference; with --check it only says whether it is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../canonical/schemas.ts'
import { errorsPage } from './errors-page.ts'

if (import.meta.main) {
  const file = join(packageRoot, 'services', 'console', 'ERRORS.md'), page = errorsPage()
  if (!process.argv.includes('--check')) writeFileSync(file, page)
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
    console.error('services/console/ERRORS.md is stale: run node services/console/generate-errors.ts')
    process.exitCode = 1
  }
}
