// In the place of a target's outbox: the sink is killed when letters were published and are not deleted yet.
import type { Pool } from 'pg'
import { forget as real } from '../../../services/sink/targets/outbox.ts'
import type { StoredLetter } from '../../../services/sink/targets/target.ts'
import { reached } from './reached.ts'
export * from '../../../services/sink/targets/outbox.ts'

export async function forget(pool: Pool, letters: readonly StoredLetter[]): Promise<void> {
  reached('published')
  await real(pool, letters)
}
