import { HttpException } from '@nestjs/common'
import { codeEntry, type RuntimeCode, runtimeCodes } from '../runtime/codes.ts'
import { ledgerFailure } from '../runtime/ledger/ledger-failure.ts'
import { trouble } from './trouble.ts'

/** The answer, or what stands in its way: 503 with the code, for the surroundings may be back soon. */
export async function answered<T>(away: RuntimeCode, question: () => Promise<T>): Promise<T> {
  try { return await question() } catch (error) {
    if (error instanceof HttpException) throw error
    const failure = ledgerFailure(error)
    if (!(failure instanceof Error) || !('code' in failure)) throw failure
    const code = String(failure.code)
    throw new HttpException(Object.hasOwn(runtimeCodes, code) ? { code, ...codeEntry(code), detail: failure.message } : trouble(away, failure.message), 503)
  }
}

/** The console was not told where something is that the answer needs. */
export function missing(code: RuntimeCode, env: string): never { throw new HttpException(trouble(code, `${env} is not set`), 503) }
