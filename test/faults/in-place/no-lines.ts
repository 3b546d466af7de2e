// In the place of the lines of strict models: nobody waits for anybody.
import { Lines as Real } from '../../../services/translator/lines.ts'
export * from '../../../services/translator/lines.ts'

export class Lines extends Real {
  override holds(): boolean { return false }
}
