import { globSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { project } from './project.ts'

// npm run generate: writes everything that is generated from something else, or with --check says what is stale.
// A generator is a file named generate.ts or generate-….ts that takes --check; nobody registers it.
const generators = globSync('{canonical,services}/**/generate{,-*}.ts', { cwd: project }).filter((file) => !file.endsWith('.test.ts')).sort()
let stale = false
for (const file of generators) {
  const { status } = spawnSync(process.execPath, [join(project, file), ...process.argv.slice(2)], { cwd: project, stdio: 'inherit' })
  if (status === 0) console.log(`✓ ${file}`)
  else stale = true
}
process.exitCode = stale ? 1 : 0
