import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { dataFolder, project } from '../../../deploy/local/project.ts'
import type { Figure } from '../measure/figure.ts'
import type { Ratios } from '../measure/ratios.ts'

/** The last run of a task, as the report reads it. */
export interface Kept { readonly task: string; readonly at: string; readonly commit: string; readonly machine: string; readonly figures: readonly Figure[]; readonly ratios: Readonly<Record<string, Ratios>> }

const folder = join(dataFolder, 'bench')
const fileOf = (task: string) => join(folder, `${task}.jsonl`)

export function keepFigures(task: string, figures: readonly Figure[], ratios: Readonly<Record<string, Ratios>>): void {
  mkdirSync(folder, { recursive: true })
  const about = { task, at: new Date().toISOString(), commit: commitOf(), machine: machineOf() }
  writeFileSync(fileOf(task), [about, ...figures, { task, ratios }].map((it) => `${JSON.stringify(it)}\n`).join(''))
}

export function keptFigures(task: string): Kept | null {
  if (!existsSync(fileOf(task))) return null
  const [about, ...lines] = readFileSync(fileOf(task), 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as unknown)
  const { ratios } = lines.pop() as Pick<Kept, 'ratios'>
  return { ...about as Pick<Kept, 'task' | 'at' | 'commit' | 'machine'>, figures: lines as Figure[], ratios }
}

function commitOf(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' }).trim()
  try { return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--', 'canonical', 'services', 'schemas') === '' ? '' : ', with changes') } catch { return 'unknown' }
}

const machineOf = (): string => `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GB of memory, ${process.platform} ${process.arch}, node ${process.version}`
