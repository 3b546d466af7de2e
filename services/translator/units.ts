import type { Unit } from './unit.ts'

/** The sources that this process translates, by name. */
export class Units {
  readonly #units: ReadonlyMap<string, Unit>
  constructor(units: readonly Unit[]) { this.#units = new Map(units.map((it) => [it.name, it])) }

  of(name: string): Unit {
    const unit = this.#units.get(name)
    if (unit === undefined) throw new Error(`no source ${name} in this process`)
    return unit
  }
  get all(): readonly Unit[] { return [...this.#units.values()] }
}
