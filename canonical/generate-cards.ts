// Writes cards/index.generated.ts from the names of the files beside it; with --check it only says whether that file is stale.
import { join } from 'node:path'
import { indexOf, modelIndex, writeOrCheck } from './generated-file.ts'
import { packageRoot } from './schemas.ts'

const folder = join(packageRoot, 'canonical', 'cards')

export const cardsSource = (): string => modelIndex(folder, 'generate-cards.ts',
  ["import type { ModelCard } from '../model-card.ts'", "import type { ModelName } from '../models.generated.ts'"],
  ['/** The card of every model. */', 'export const modelCards: { readonly [M in ModelName]: ModelCard<M> } = {'])

if (import.meta.main) writeOrCheck(indexOf(folder), cardsSource(), 'canonical/generate-cards.ts')
