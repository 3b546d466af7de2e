import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { project } from '../deploy/local/project.ts'

const folder = join(project, 'dist', 'node_modules')
const imports = globSync('{*,@*/*}/package.json', { cwd: folder }).flatMap((file) => {
  const { name, exports } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { name: string; exports: Record<string, string> }
  return Object.entries(exports).map(([path, place]) => ({ name: path === '.' ? name : `${name}${path.slice(1)}`, place: join(folder, name, place) }))
})

/** What a module gives: its names, and the names that its functions and classes have by themselves. */
const givenBy = (module: object): Record<string, string> =>
  Object.fromEntries(Object.entries(module).filter(([name]) => name !== 'module.exports').map(([name, it]) => [name, typeof it === 'function' ? `function ${it.name}` : typeof it]))

test('what is compiled finds packages', () => { expect(imports.map((it) => it.name)).toEqual(expect.arrayContaining(['typebox', '@nestjs/core', 'kafkajs/src/broker/index.js'])) })

test.each(imports)('$name gives programs what it gives from source', async ({ name, place }) => {
  expect(givenBy(await import(pathToFileURL(place).href) as object)).toEqual(givenBy(await import(name) as object))
})
