/** One reason why a record was refused: the canonical field, the source paths it is made of, and the shape of what was there. */
export interface Problem { field: string; from: string[]; code: string; expected: string; got: string }

/** Every field that was refused, with the source paths: what an operator reads on the rejection. */
export class Rejected extends Error {
  override readonly name = 'Rejected'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map((p) => `${p.field === '' ? '' : `${p.field} from `}${p.from.join(', ')}: ${p.code}, expected ${p.expected}, got ${p.got}`).join('; '))
    this.problems = problems
  }
}
