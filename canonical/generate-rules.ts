// Writes rules/index.generated.ts from the names of the files beside it; with --check it only says whether that file is stale.
import { join } from 'node:path'
import { indexOf, modelIndex, writeOrCheck } from './generated-file.ts'
import { packageRoot } from './schemas.ts'

const folder = join(packageRoot, 'canonical', 'rules')

export const rulesSource = (): string => modelIndex(folder, 'generate-rules.ts',
  ["import type { ModelName } from '../models.generated.ts'", "import type { RuleSet } from '../rules.ts'"],
  ['/** The rules of each model that has some: they hold for every source. */', 'export const modelRules: { readonly [M in ModelName]?: RuleSet<M> } = {'])

if (import.meta.main) writeOrCheck(indexOf(folder), rulesSource(), 'canonical/generate-rules.ts')
