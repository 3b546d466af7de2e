// In the place of the breaker: never holds anything back.
import { Breaker as Real } from '../../../services/translator/breaker.ts'
export * from '../../../services/translator/breaker.ts'

export class Breaker extends Real {
  override judge(): null { return null }
}
