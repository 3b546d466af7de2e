// Writes targets/index.generated.ts, targets/held.generated.ts and each target's README.md from the folders' own files; with --check it only says what is stale.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../canonical/schemas.ts'
import type { TargetCard } from '../../canonical/card.ts'
import type { TargetRuleSet } from '../../canonical/rules.ts'
import { readmeOf } from './readme.ts'
import type { Sheet } from './targets/sheet.ts'

const folder = join(packageRoot, 'services', 'sink', 'targets')
export const targetNames = (): string[] => readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => it.name).sort()

const hasRules = (name: string): boolean => existsSync(join(folder, name, 'rules.ts'))

export function indexSource(names: readonly string[] = targetNames()): string {
  const variable = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  return [
    '// Generated from the folder names by ../generate.ts.',
    "import type { TargetCard } from '../../../canonical/card.ts'", "import type { TargetRuleSet } from '../../../canonical/rules.ts'", "import type { TargetProgram } from './target.ts'",
    ...names.flatMap((name) => [`import ${variable(name)} from './${name}/card.ts'`, ...(hasRules(name) ? [`import ${variable(name)}Rules from './${name}/rules.ts'`] : [])]), '',
    '/** Every target: its card, its own rules, and its program, which is loaded only by the sink that feeds it. */',
    'export const targets: readonly { readonly card: TargetCard; readonly rules: readonly TargetRuleSet[]; readonly program: () => Promise<{ default: TargetProgram }> }[] = [',
    ...names.map((name) => `  { card: ${variable(name)}, rules: ${hasRules(name) ? `${variable(name)}Rules` : '[]'}, program: () => import('./${name}/target.ts') },`), ']', '',
  ].join('\n')
}

export function heldSource(names: readonly string[] = targetNames().filter((name) => existsSync(join(folder, name, 'held.ts')))): string {
  return [
    '// Generated from the folder names by ../generate.ts.', "import type { HeldProgram } from './held.ts'", '',
    '/** Who looks at what a target holds, by its name; loaded when somebody asks. */',
    'export const heldPrograms: Readonly<Record<string, () => Promise<{ default: HeldProgram }>>> = {',
    ...names.map((name) => `  '${name}': () => import('./${name}/held.ts'),`), '}', '',
  ].join('\n')
}

async function generated(): Promise<Map<string, string>> {
  const files = new Map([[join(folder, 'index.generated.ts'), indexSource()], [join(folder, 'held.generated.ts'), heldSource()]])
  for (const name of targetNames()) {
    const { default: card } = await import(`./targets/${name}/card.ts`) as { default: TargetCard }
    const { default: mapping } = await import(`./targets/${name}/mapping.ts`) as { default: readonly Sheet[] }
    const { default: rules } = hasRules(name) ? await import(`./targets/${name}/rules.ts`) as { default: readonly TargetRuleSet[] } : { default: [] }
    files.set(join(folder, name, 'README.md'), readmeOf(card, mapping, rules))
  }
  return files
}

if (import.meta.main) {
  for (const [file, text] of await generated()) {
    if (!process.argv.includes('--check')) writeFileSync(file, text)
    else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      console.error(`${file.slice(packageRoot.length + 1)} is stale: run node services/sink/generate.ts`)
      process.exitCode = 1
    }
  }
}
