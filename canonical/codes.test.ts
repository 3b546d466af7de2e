import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataCode, dataCodes } from './codes.ts'
import { packageRoot } from './schemas.ts'

// Not the table itself: what only stands there, nothing is refused by.
const files = ['canonical', 'services'].flatMap((folder) => readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.ts') && !/\.test(-d)?\.ts$|generated|^canonical\/codes\.ts$/.test(name))
const literals = (text: string): string[] => [...text.matchAll(/'([a-z]+\.[a-z0-9_-]+)'/g)].map((found) => found[1]!)
const used = new Set(files.flatMap((file) => literals(readFileSync(join(packageRoot, file), 'utf8'))))

test('every code that a record is refused by says what it means and what to do', () => {
  for (const { says, todo } of Object.values(dataCodes)) expect([says, todo]).toEqual([expect.stringMatching(/^[A-Z].*\.$/), expect.stringMatching(/^[A-Z].*\.$/)])
})

test('nothing is listed that no code refuses by', () => {
  expect(files).not.toContain(join('canonical', 'codes.ts'))
  expect(Object.keys(dataCodes).filter((code) => !used.has(code))).toEqual([])
})

test('a code of somebody else is not guessed', () => expect(dataCode('constructor').says).toBe('No meaning is listed for constructor.'))
