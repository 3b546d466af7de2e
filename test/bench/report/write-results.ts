import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keptFigures } from './kept-figures.ts'
import { results } from './results.ts'

const folder = join(import.meta.dirname, '..')

/** RESULTS.md and its charts; what was there before is gone. */
export function writeResults(): string {
  const { markdown, charts } = results(keptFigures), file = join(folder, 'RESULTS.md')
  rmSync(join(folder, 'charts'), { recursive: true, force: true })
  mkdirSync(join(folder, 'charts'))
  for (const [name, svg] of charts) writeFileSync(join(folder, 'charts', name), svg)
  writeFileSync(file, markdown)
  return file
}
