import pg from 'pg'
import type { CodeOf } from '../../runtime/codes.ts'
import { Environment, Stopped, Transient } from '../../runtime/failure.ts'
import { UnfitValue } from './copy-rows.ts'

/** The values themselves are refused: class 22 (data exception), 23 (constraint), or 54000 (too large for an index or a row). */
export function isRefusal(error: unknown): error is pg.DatabaseError | UnfitValue {
  return error instanceof UnfitValue || error instanceof pg.DatabaseError && error.code !== undefined && /^(2[23]|54000$)/.test(error.code)
}

/** What an error of the database means for the hub. Bugs come back as they are. */
export function classified(error: unknown, doing: string): unknown {
  if (error instanceof Environment || error instanceof Transient) return error
  // Invariant 13: the database's own message may hold the value.
  if (isRefusal(error)) return new Stopped('target.refuses_books', `${doing}: the database refuses values (${error.code})`)
  const code = codeOf(error)
  const says = `${doing}: ${error instanceof Error ? error.message : String(error)}`
  if (!(error instanceof pg.DatabaseError)) return connection.test(code) || brokenConnection.test(says) ? new Transient('target.unreachable', says, { cause: error }) : error
  const found = meanings.find(([pattern]) => pattern.test(code))
  if (found === undefined) return error
  return found[1](`${says} (${code})`, error)
}

type Made = (says: string, cause: unknown) => Error
const transient = (code: CodeOf<'transient'>): Made => (says, cause) => new Transient(code, says, { cause })
const environment = (code: CodeOf<'environment'>): Made => (says, cause) => new Environment(code, says, { cause })
const meanings: readonly [RegExp, Made][] = [
  [/^(08|40|55P03|57014|25P0|57P0)/, transient('target.interrupted')],
  [/^53300/, transient('target.too_many_connections')],
  [/^53/, environment('target.out_of_resources')],
  [/^(28|42501)/, environment('target.not_allowed')],
  [/^(42P01|42703|3F000|3D000|25006)/, environment('target.not_as_expected')],
]
const connection = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/
const brokenConnection = /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|not queryable/
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'none'
}
