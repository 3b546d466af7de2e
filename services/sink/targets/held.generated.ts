// Generated from the folder names by ../generate.ts.
import type { HeldProgram } from './held.ts'

/** Who looks at what a target holds, by its name; loaded when somebody asks. */
export const heldPrograms: Readonly<Record<string, () => Promise<{ default: HeldProgram }>>> = {
  'crm-http': () => import('./crm-http/held.ts'),
  'warehouse-postgres': () => import('./warehouse-postgres/held.ts'),
}
