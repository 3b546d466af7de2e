import { continues as real, type Question, type Verdict } from '../../../services/console/adopt/continues.ts'
import type { Witness } from '../../../services/console/adopt/witness.ts'

/** Takes every topic for the one that was read. */
export async function continues(question: Question, witness: Witness): Promise<Verdict> { return { ...await real(question, witness), fits: true } }
