import { Type } from 'typebox'
import { ExactNumber } from '../../../../canonical/exact.ts'
import { envelope } from '../debezium.ts'

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])

/**
 * The table products(id, name, description, weight); weight is a FLOAT, which the connector sends as a JSON number whatever its
 * decimal.handling.mode. Text is refused: "1234" could be digits (mode string) or four characters of base64 (mode precise).
 */
export default envelope(
  Type.Object({ id: ExactNumber(), name: Type.String(), description: nullable(Type.String()), weight: nullable(ExactNumber()) }),
  Type.Object({ id: ExactNumber() }),
)
