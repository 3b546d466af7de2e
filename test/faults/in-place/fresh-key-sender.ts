// In the place of the sender: each attempt has an Idempotency-Key of its own, as if none were kept for the effect.
import { Sender as Real } from '../../../services/sink/targets/crm-http/sender.ts'
import type { Answer, Claim } from '../../../services/sink/targets/crm-http/claims.ts'

export class Sender extends Real {
  override send(claim: Claim, key: () => string): Promise<Answer> { return super.send(claim, () => `${key()}.${Math.random()}`) }
}
