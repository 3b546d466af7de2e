import type { ModelName } from '../../../canonical/models.generated.ts'
import { readSettings } from '../../runtime/settings.ts'
import type { HeldProgram, HeldReader, HeldState } from '../../sink/targets/held.ts'

const atOnce = 500
/** What a target holds of some entities, or why nobody knows. */
export type Holding = { readonly held: ReadonlyMap<string, HeldState> } | { readonly lack: string }

/** What targets hold, asked for many entities at once. A target that is not told of or does not answer is asked once and no more. */
export class Holdings implements AsyncDisposable {
  readonly #programs: Readonly<Record<string, () => Promise<{ default: HeldProgram }>>>
  readonly #env: NodeJS.ProcessEnv
  readonly #readers = new Map<string, HeldReader>()
  readonly #lacks = new Map<string, string>()
  constructor(programs: Readonly<Record<string, () => Promise<{ default: HeldProgram }>>>, env: NodeJS.ProcessEnv = process.env) {
    this.#programs = programs
    this.#env = env
  }

  async of(target: string, model: ModelName, entities: readonly string[]): Promise<Holding> {
    const held = new Map<string, HeldState>(), different = [...new Set(entities)]
    try {
      for (let at = 0; at < different.length && !this.#lacks.has(target); at += atOnce) {
        const reader = await this.#reader(target)
        for (const [entity, state] of await reader?.held(model, different.slice(at, at + atOnce)) ?? []) held.set(entity, state)
      }
    } catch (error) { this.#lacks.set(target, reasonOf(target, error)) }
    const lack = this.#lacks.get(target)
    return lack === undefined ? { held } : { lack }
  }

  async #reader(target: string): Promise<HeldReader | undefined> {
    const known = this.#readers.get(target), load = this.#programs[target]
    if (known !== undefined) return known
    if (load === undefined) return void this.#lacks.set(target, `${target} has nobody who looks at what it holds.`)
    const { default: program } = await load(), reader = program.open(readSettings(program.settings, this.#env))
    this.#readers.set(target, reader)
    return reader
  }

  async [Symbol.asyncDispose](): Promise<void> { await Promise.all([...this.#readers.values()].map((it) => it.close())) }
}

/** In one line, and of settings their names alone. */
function reasonOf(target: string, error: unknown): string {
  const { name, message, code } = error as Error & { code?: unknown }
  if (name === 'SettingsWrong') return `the console was not told where it is (${message.match(/HUB_\w+/g)?.join(', ') ?? target}).`
  return `it does not answer (${typeof code === 'string' ? code : message.split('\n')[0]}).`
}
