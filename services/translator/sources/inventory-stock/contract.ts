import { Type } from 'typebox'
import { ExactNumber } from '../../../../canonical/exact.ts'
import { envelope } from '../debezium.ts'

/** The table products_on_hand(product_id, quantity); quantity is an INTEGER, which arrives as a JSON number. Text is refused: it could be digits or base64. */
export default envelope(Type.Object({ product_id: ExactNumber(), quantity: ExactNumber() }), Type.Object({ product_id: ExactNumber() }))
