import { existsSync, globSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateLedger } from '../../services/runtime/ledger/generate-ledger.ts'
import { exclusive } from './exclusive.ts'
import { project } from './project.ts'
import { CommandFailed, run } from './run.ts'

export interface Built { compiled: boolean; /** What the compiler complains about; it has written its output all the same. */ problems: string }

const stamp = join(project, 'dist', '.built')
const log = join(project, '.hub', 'logs', 'build.log')
const nest = join(project, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js')

/** Compiles the sources to dist/ where they are newer than the last clean build. */
export function build(): Promise<Built> {
  return exclusive(join(project, '.hub', 'build.lock'), async () => {
    generateLedger()
    const began = new Date()
    if (existsSync(stamp) && statSync(stamp).mtime > newestSource()) return { compiled: false, problems: '' }
    const problems = await compile()
    if (problems === '') writeFileSync(stamp, began.toISOString())
    return { compiled: true, problems }
  })
}

// `translator` stands for all four: the one tsconfig compiles the whole package.
async function compile(): Promise<string> {
  try {
    await run(process.execPath, [nest, 'build', 'translator'], 'The sources do not compile', { cwd: project, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } })
    return ''
  } catch (error) {
    if (!(error instanceof CommandFailed) || !existsSync(join(project, 'dist', 'services'))) throw error
    mkdirSync(join(log, '..'), { recursive: true })
    writeFileSync(log, error.output)
    return error.output
  }
}

function newestSource(): Date {
  const sources = globSync('{package.json,tsconfig.json,nest-cli.json,schemas/*.avsc,{canonical,services,deploy,test}/**/*.ts}', { cwd: project })
  return new Date(Math.max(...sources.map((file) => statSync(join(project, file)).mtimeMs)))
}

if (import.meta.main) {
  const { problems } = await build()
  if (problems !== '') { console.error(problems); process.exitCode = 1 }
}
