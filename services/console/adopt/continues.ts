import type { Moved } from '../../runtime/topic-moved.ts'
import { answersDiffer } from './answers-say.ts'
import { booksDiffer } from './books-say.ts'
import { accountsOf, timesDiffer } from './receipts-say.ts'
import type { MovedUnit } from './moved-topics.ts'
import type { Witness } from './witness.ts'

/** A partition under its new id: what it holds there, and whether it is one of those that travel with the unit's own topic. */
export interface Question extends Pick<MovedUnit, 'unit' | 'stage'> { readonly it: Moved; readonly first: number; readonly end: number; readonly isRedrive: boolean }
/** `position`: where the unit goes on; null where that is not known. */
export interface Verdict { readonly fits: boolean; readonly checked: string; readonly position: number | null }

/** Whether a topic demonstrably continues the one of its name that the unit has read: what lies just before the position is what the hub has handled. Never guesses. */
export async function continues({ unit, stage, it, first, end, isRedrive }: Question, witness: Witness): Promise<Verdict> {
  const { reach, accounts } = stage === 'books' ? { reach: null, accounts: [] } : await accountsOf(witness, stage, unit, it)
  // A translator's position and receipt are one transaction, so the receipts say it where the group's offsets are gone.
  const position = it.position ?? reach ?? it.first
  const no = (checked: string): Verdict => ({ fits: false, checked, position }), yes = (checked: string): Verdict => ({ fits: true, checked, position })
  if (position === null) return no('no position is stored, and no receipt tells of one')
  if (position < first || position > end) return no(`the topic holds ${first} to ${end - 1}, and the position is ${position}`)
  if (reach !== null && (stage === 'translate' ? reach !== position : reach > position)) return no(`the position is ${position}, and receipts account for everything up to ${reach}`)
  // Whoever begins at the beginning passes over nothing.
  if (position === first) return yes('the topic begins at the position: nothing is passed over')
  const differs = stage === 'books' ? await booksDiffer(witness, it, first, position) : isRedrive ? await answersDiffer(witness, it, first, position) : await timesDiffer(witness, it, accounts, first, position)
  if (differs !== null) return no(differs)
  return yes(`what lies before ${position} is what ${stage === 'books' ? 'the ledger holds' : isRedrive ? 'was answered' : 'receipts tell of, by its times'}`)
}
