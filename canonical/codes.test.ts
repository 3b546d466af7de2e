import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataCode, dataCodes } from './codes.ts'
import { packageRoot } from './schemas.ts'

const files = ['canonical', 'services'].flatMap((folder) => readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !/\.test(-d)?\.ts$|generated/.test(name)).map((name) => join(packageRoot, folder, name)))
const used = new Set(files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/new Refused\(\s*'([^']+)'|'((?:payload|value|mapping|record|delete|stage)\.[a-z0-9_-]+)'/g)].map((found) => found[1] ?? found[2]!)).filter((code) => /^(payload|value|mapping|record|delete)\.|^stage\.killed/.test(code)))

test('every code that a record is refused by is listed, with what it means and what to do', () => {
  expect([...used].filter((code) => !Object.hasOwn(dataCodes, code))).toEqual([])
  for (const { says, todo } of Object.values(dataCodes)) expect([says, todo]).toEqual([expect.stringMatching(/^[A-Z].*\.$/), expect.stringMatching(/^[A-Z].*\.$/)])
})

test('nothing is listed that no code refuses by', () => expect(Object.keys(dataCodes).filter((code) => !used.has(code))).toEqual([]))

test('a code of somebody else is not guessed', () => expect(dataCode('constructor').says).toBe('No meaning is listed for constructor.'))
