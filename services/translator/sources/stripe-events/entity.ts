/** Another object as an entity: by its id, or from the whole object where the endpoint expands it. */
export const entityOf = (reference: string | { id: string }): string => `stripe:${idOf(reference)}`
/** A charge is the parent of what follows from it. */
export const chargeEntity = (reference: string | { id: string }): string => `${entityOf(reference)}:charge`
const idOf = (reference: string | { id: string }): string => (typeof reference === 'string' ? reference : reference.id)
