import { modelCards } from '../../canonical/cards/index.generated.ts'
import { targets } from '../sink/targets/index.generated.ts'
import { sources } from '../translator/sources/index.generated.ts'
import type { Declared } from '../../canonical/declared-route.ts'

/** What the units of this repository declare. */
export const declared: Declared = { sources: Object.values(sources), models: modelCards, targets: targets.map(({ card }) => card) }
