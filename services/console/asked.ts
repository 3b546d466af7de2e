import type { Trouble } from './api/status.schema.ts'
import type { RuntimeCode } from '../runtime/codes.ts'
import { ledgerFailure } from '../runtime/ledger/ledger-failure.ts'
import { trouble } from './trouble.ts'

const withinMs = 4_000
export type Asked<T> = { readonly found: T; readonly lack: null } | { readonly found: null; readonly lack: Trouble }

/** The answer of something that may be away, or why there is none, within four seconds. */
export async function asked<T>(code: RuntimeCode, question: () => Promise<T>): Promise<Asked<T>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, failed) => { timer = setTimeout(() => failed(new Error(`no answer within ${withinMs} ms`)), withinMs) })
  try {
    return { found: await Promise.race([question(), late]), lack: null }
  } catch (error) {
    const failure = ledgerFailure(error)
    const detail = failure instanceof Error ? failure.message : String(failure)
    return { found: null, lack: trouble(failure instanceof Error && 'code' in failure && failure.code === 'ledger.no_tables' ? 'ledger.no_tables' : code, detail) }
  } finally { clearTimeout(timer) }
}

export const notGiven = (code: RuntimeCode, env: string): Asked<never> => ({ found: null, lack: trouble(code, `${env} is not set`) })
