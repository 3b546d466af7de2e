import { codeEntry, type RuntimeCode } from '../runtime/codes.ts'
import type { Trouble } from './api/status.schema.ts'

/** What went wrong, for a person: code, meaning, what to do, and what was met. */
export const trouble = (code: RuntimeCode, detail: string): Trouble => ({ code, ...codeEntry(code), detail })
