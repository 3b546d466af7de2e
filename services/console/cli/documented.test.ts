import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../../canonical/schemas.ts'
import { everyCode } from '../../runtime/codes.ts'
import { runCommand } from './run-command.ts'

const shown = (text: string): string[] => [...text.matchAll(/npm run hub -- ([^\n`#|;]+)/g)].map((found) => found[1]!.split(/[.,:](?=\s|$)/)[0]!.trim())
const pages = globSync('{*.md,{canonical,services,deploy,schemas}/**/*.md}', { cwd: packageRoot })
const commands = new Set([...pages.flatMap((file) => shown(readFileSync(join(packageRoot, file), 'utf8'))), ...Object.values(everyCode).flatMap(({ todo }) => shown(todo))].filter((it) => !/^(help )?</.test(it)))
const words = (line: string): string[] => [...line.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole)

async function understood(line: string): Promise<string> {
  let err = ''
  await runCommand([...words(line), '--help'], { out: { write: () => {} }, err: { write: (text) => { err += text } }, env: {} })
  return err
}

test('every command that a page or a code tells a person to type is understood', async () => {
  expect(commands.size).toBeGreaterThan(30)
  for (const line of commands) expect([line, await understood(line)]).toEqual([line, ''])
})

test('a command or an option that is not there is seen', async () => {
  expect(await understood('rejections groups --unti shopify-orders')).toMatch(/command\.usage/)
  expect(await understood('redirve --group x')).toMatch(/command\.usage/)
})
