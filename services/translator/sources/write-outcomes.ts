import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outcomes } from './readme.ts'
import { outcomeOf } from './sample-outcome.ts'
import type { SourceUnit } from './source-unit.ts'

/** Writes what the source makes of each sample that has no outcome beside it yet, and answers the files: a person has to read them. What stands there is never changed. */
export function writeOutcomes(source: SourceUnit['source'], folder: string, files: readonly string[]): string[] {
  const names = files.filter((file) => file.endsWith('.in.json')).map((file) => file.slice(0, -'.in.json'.length))
  return names.filter((name) => !outcomes.some((it) => files.includes(`${name}.${it}.json`))).map((name) => {
    const { is, says } = outcomeOf(source, readFileSync(join(folder, `${name}.in.json`)))
    const file = join(folder, `${name}.${is}.json`)
    writeFileSync(file, `${JSON.stringify(says, null, 2)}\n`)
    return file
  })
}
