import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { packageRoot } from './schemas.ts'

/** Writes what was generated; with --check only says whether the file is stale. */
export function writeOrCheck(file: string, source: string, script: string): void {
  if (!process.argv.includes('--check')) writeFileSync(file, source)
  else if (readFileSync(file, 'utf8') !== source) {
    console.error(`${relative(packageRoot, file)} is stale: run node ${script}`)
    process.exitCode = 1
  }
}

/** The index of a folder that has a file for each model, named after it: `imports` and `head` are the lines before and after those of the files. */
export function modelIndex(folder: string, script: string, imports: readonly string[], head: readonly string[]): string {
  const models = readdirSync(folder).filter((name) => /\.v\d+\.ts$/.test(name)).map((name) => name.slice(0, -'.ts'.length)).sort()
  const variable = (model: string) => model.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase())
  return [
    `// Generated from the file names of this folder by ${script}.`, ...imports,
    ...models.map((model) => `import ${variable(model)} from './${model}.ts'`), '',
    ...head, ...models.map((model) => `  '${model}': ${variable(model)},`), '}', '',
  ].join('\n')
}

export const indexOf = (folder: string): string => join(folder, 'index.generated.ts')
