// Writes rules/index.generated.ts from the names of the files beside it; with --check it only says whether that file is stale.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './schemas.ts'

const folder = join(packageRoot, 'canonical', 'rules')
const file = join(folder, 'index.generated.ts')

export function rulesSource(): string {
  const models = readdirSync(folder).filter((name) => /\.v\d+\.ts$/.test(name)).map((name) => name.slice(0, -'.ts'.length)).sort()
  const variable = (model: string) => model.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase())
  return [
    '// Generated from the file names of this folder by generate-rules.ts.',
    "import type { ModelName } from '../models.generated.ts'", "import type { RuleSet } from '../rules.ts'",
    ...models.map((model) => `import ${variable(model)} from './${model}.ts'`), '',
    '/** The rules of each model that has some: they hold for every source. */',
    'export const modelRules: { readonly [M in ModelName]?: RuleSet<M> } = {', ...models.map((model) => `  '${model}': ${variable(model)},`), '}', '',
  ].join('\n')
}

if (import.meta.main) {
  const source = rulesSource()
  if (!process.argv.includes('--check')) writeFileSync(file, source)
  else if (readFileSync(file, 'utf8') !== source) {
    console.error('canonical/rules/index.generated.ts is stale: run node canonical/generate-rules.ts')
    process.exitCode = 1
  }
}
