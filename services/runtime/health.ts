/** Why the program is not ready, by what is missing. Empty: ready. Each part of a program reports for itself. */
export class Health {
  readonly #reasons = new Map<string, string>()
  unready(part: string, reason: string): void { this.#reasons.set(part, reason) }
  ready(part: string): void { this.#reasons.delete(part) }
  get reasons(): Readonly<Record<string, string>> { return Object.fromEntries(this.#reasons) }
}
