import type { SourceCard } from '../../../canonical/card.ts'
import type { Translation } from '../../../canonical/source.ts'

/** A source as its folder holds it: what it says about itself, and what it makes of a payload. */
export interface SourceUnit { readonly card: SourceCard; readonly source: Translation }
