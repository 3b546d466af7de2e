import type { Problem } from '../../canonical/rejected.ts'

const code = 'order.parked'
/** What is said of a record that waits for its turn, whoever parked it. */
export const waits: { readonly code: typeof code; readonly says: string; readonly problems: readonly Problem[] } = {
  code, says: 'An earlier record of this entity was refused, and this one waits for it.', problems: [{ field: '', from: [], code, expected: 'the earlier record', got: 'its refusal' }],
}

/** What the books call a record that is open for this reason. */
export const openAs = (reason: string): 'parked' | 'rejected' => (reason === code ? 'parked' : 'rejected')
