import type { ParseArgsOptionsConfig } from 'node:util'
import type { Exit } from './command-failed.ts'
import type { Where } from './console-client.ts'
import type { Paint } from './paint.ts'

export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>
export interface Asked {
  /** Only asked for by commands that need the console. */
  readonly where: () => Where
  readonly env: NodeJS.ProcessEnv
  readonly values: Values
  readonly positionals: readonly string[]
  /** Tells a person how far it is; not part of the answer. */
  readonly progress: (line: string) => void
}
export interface Option { readonly type: 'string' | 'boolean'; readonly multiple?: true; /** What stands for its value in the help. */ readonly value?: string; readonly says: string }
export interface Command<A = unknown> {
  readonly says: string
  /** What the exit status means beyond 0 and the errors. */
  readonly exit?: string
  /** What stands behind its name, such as `<unit>`; in brackets where it may be left out. */
  readonly takes?: readonly string[]
  readonly options?: Readonly<Record<string, Option>>
  readonly answer: (asked: Asked) => Promise<A>
  /** `columns`: how wide the terminal is, where there is one. `values`: its options, where one of them is about the form. */
  readonly text: (answer: A, paint: Paint, columns?: number, values?: Values) => string
  readonly exitOf?: (answer: A) => Exit
}

export const command = <A>(it: Command<A>): Command => it as Command
export const parseOptions = (options: Command['options'] = {}): ParseArgsOptionsConfig => Object.fromEntries(Object.entries(options).map(([name, { type, multiple }]) => [name, { type, ...(multiple ? { multiple } : {}) }]))
