import { globSync } from 'node:fs'
import { join } from 'node:path'
import type { TargetCard } from '../../canonical/card.ts'
import { project } from './project.ts'

/** The cards of all targets, without loading any target's client. */
export const targetCards: readonly TargetCard[] = await Promise.all(globSync('services/sink/targets/*/card.ts', { cwd: project }).sort()
  .map(async (file) => ((await import(join(project, file))) as { default: TargetCard }).default))
