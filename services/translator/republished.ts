import type { Made } from '../../canonical/compile.ts'
import { versionIn } from '../../canonical/key.ts'
import { Refused } from '../../canonical/refused.ts'
import type { Translation } from '../../canonical/source.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import { knownAs } from '../runtime/known-as.ts'
import type { InLease } from '../runtime/kafka/translator-lease.ts'
import { type Republish, stateKey } from '../runtime/republish.ts'
import { problemsOf } from './rejection.ts'
import type { Tables } from './tables.ts'

export interface Again { readonly made: Made; readonly revision: number }
interface Parts { readonly source: Translation; readonly epoch: number; readonly mapping: string; readonly tables: Tables; readonly write: (again: readonly Again[]) => void }

/** The ordinary way once more for a record that went through. What of it is asked for goes out with a raised revision; what became of it then stays as it is, also where today it would be refused. */
export function republished(record: KafkaRecord, it: Republish, { state, killed }: InLease, { source, epoch, mapping, tables, write }: Parts): { outcome: string; reason: string | null } {
  const genesis = state.genesis(it.topic)
  if (genesis === null || !knownAs(genesis, it.topicId)) return { outcome: 'other-topic', reason: null }
  if (it.mapping !== null && it.mapping !== mapping) return { outcome: 'other-mapping', reason: null }
  try {
    if (killed) throw new Refused('stage.killed_process', 'a record that the program survives', record.value)
    const revisions = new Map(it.give.map((given) => [stateKey(given), given.revision]))
    tables.about(record.timestamp)
    const outcome = source.translate(source.read(record.value), tables)
    if ('filtered' in outcome) return { outcome: 'filtered', reason: outcome.filtered }
    const again = outcome.records.flatMap((made): Again[] => {
      const revision = revisions.get(stateKey({ ...made, version: versionIn(epoch, made.version) }))
      return revision === undefined ? [] : [{ made, revision }]
    })
    write(again)
    return { outcome: again.length > 0 ? 'republished' : 'nothing-given', reason: null }
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === null) throw error
    return { outcome: 'rejected', reason: problems[0]!.code }
  }
}
