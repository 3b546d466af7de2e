import { declared } from '../declared.ts'

interface Owner { readonly owner: string | null; readonly onCall: string | null; readonly runbook: string | null }
const cards = new Map([...declared.sources.map(({ card }) => card), ...declared.targets].map((card) => [card.name, card] as const))

/** Who is asked about a unit; nobody where this hub no longer has it. */
export function ownerOf(unit: string): Owner {
  const card = cards.get(unit)
  return card === undefined ? { owner: null, onCall: null, runbook: null } : { owner: card.owner, onCall: card.onCall, runbook: card.runbook }
}
