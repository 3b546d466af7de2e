import { codeEntry, type RuntimeCode } from '../../runtime/codes.ts'
import type { Trouble } from '../api/status.schema.ts'

/** What the command's exit status says. */
export const exits = { ok: 0, error: 1, usage: 2, hubWrong: 3 } as const
export type Exit = (typeof exits)[keyof typeof exits]

/** The command cannot answer: code, meaning, what to do; and the exit status it ends with. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly trouble: Trouble
  readonly exit: Exit
  constructor(trouble: Trouble, exit: Exit = exits.error) { super(trouble.detail); this.trouble = trouble; this.exit = exit }
  static of(code: RuntimeCode, detail: string, exit: Exit = exits.error): CommandFailed { return new CommandFailed({ code, ...codeEntry(code), detail }, exit) }
}
