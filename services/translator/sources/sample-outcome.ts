import { Rejected } from '../../../canonical/rejected.ts'
import type { Translation } from '../../../canonical/source.ts'

/** What a source makes of a payload, as it is kept beside the sample: `<name>.out.json`, `.filtered.json` or `.rejected.json`. */
export function outcomeOf(source: Translation, bytes: Buffer): { is: 'out' | 'filtered' | 'rejected'; says: unknown } {
  try {
    const outcome = source.translateBytes(bytes)
    if ('filtered' in outcome) return { is: 'filtered', says: outcome }
    // The fingerprint changes with every word of a table: it is no part of what a sample promises.
    return { is: 'out', says: { ...outcome, records: outcome.records.map(({ mapping: _, ...record }) => record) } }
  } catch (error) {
    if (!(error instanceof Rejected)) throw error
    return { is: 'rejected', says: error.problems }
  }
}
