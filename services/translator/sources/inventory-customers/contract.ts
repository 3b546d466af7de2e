import { Type } from 'typebox'
import { ExactNumber } from '../../../../canonical/exact.ts'
import { envelope } from '../debezium.ts'

/** The table customers(id, first_name, last_name, email); no column may be null. */
export default envelope(
  Type.Object({ id: ExactNumber(), first_name: Type.String(), last_name: Type.String(), email: Type.String() }),
  Type.Object({ id: ExactNumber() }),
)
