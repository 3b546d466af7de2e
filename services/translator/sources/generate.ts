// Writes index.generated.ts from the names of the folders beside it, the outcomes that samples lack, and each folder's README.md; with --check it only says what is stale.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { packageRoot } from '../../../canonical/schemas.ts'
import { readme } from './readme.ts'
import type { SourceUnit } from './source-unit.ts'
import { triedRefusals } from './tried-refusals.ts'
import { writeOutcomes } from './write-outcomes.ts'

export const sourcesFolder = join(packageRoot, 'services', 'translator', 'sources')
export const sourceFolders = (): string[] => readdirSync(sourcesFolder, { withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => it.name).sort()
export const samplesOf = (name: string): string[] => readdirSync(join(sourcesFolder, name, 'samples')).sort()

export function indexSource(names: readonly string[] = sourceFolders()): string {
  const variable = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return [
    '// Generated from the folder names beside this file by generate.ts.',
    "import type { SourceUnit } from './source-unit.ts'",
    ...names.flatMap((name) => [`import ${variable(name)}Card from './${name}/card.ts'`, `import ${variable(name)} from './${name}/mapping.ts'`]), '',
    '/** Every source, by name. */', 'export const sources = {',
    ...names.map((name) => `  '${name}': { card: ${variable(name)}Card, source: ${variable(name)} },`), '} satisfies Record<string, SourceUnit>', '',
    'export type SourceName = keyof typeof sources', 'export const sourceNames = Object.keys(sources) as SourceName[]', '',
  ].join('\n')
}

/** What should stand in which file. */
export async function generated(): Promise<Map<string, string>> {
  const files = new Map([['index.generated.ts', indexSource()]])
  for (const name of sourceFolders()) files.set(join(name, 'README.md'), await readmeOf(name))
  return files
}

async function readmeOf(name: string): Promise<string> {
  const unit = await unitOf(name), samples = samplesOf(name)
  return readme(unit, samples, triedRefusals(unit.source, samples.filter((it) => it.endsWith('.in.json')).map((it) => join(sourcesFolder, name, 'samples', it))))
}

async function unitOf(name: string): Promise<SourceUnit> {
  const [{ default: card }, { default: source }] = await Promise.all([import(`./${name}/card.ts`), import(`./${name}/mapping.ts`)]) as [{ default: SourceUnit['card'] }, { default: SourceUnit['source'] }]
  return { card, source }
}

/** Files whose text is not what would be generated now. */
export const stale = (files: ReadonlyMap<string, string>): string[] => [...files].filter(([file, text]) => !existsSync(join(sourcesFolder, file)) || readFileSync(join(sourcesFolder, file), 'utf8') !== text).map(([file]) => file)

if (import.meta.main) {
  if (!process.argv.includes('--check')) for (const name of sourceFolders()) {
    for (const file of writeOutcomes((await unitOf(name)).source, join(sourcesFolder, name, 'samples'), samplesOf(name))) console.log(`  new: ${relative(packageRoot, file)}. Read it: from now on the tests hold the mapping to it.`)
  }
  const files = await generated(), old = stale(files)
  if (!process.argv.includes('--check')) for (const file of old) writeFileSync(join(sourcesFolder, file), files.get(file) as string)
  else if (old.length > 0) {
    console.error(`stale in services/translator/sources: ${old.join(', ')}. Run node services/translator/sources/generate.ts`)
    process.exitCode = 1
  }
}
