import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { packageRoot } from './schemas.ts'

/** Payloads and suites that others wrote; tests that need them skip where they are absent. */
export const fixtures = resolve(process.env['HUB_FIXTURES'] ?? join(packageRoot, '..', 'shared', 'fixtures'))
export const fixture = (path: string): string => join(fixtures, path)
export const haveFixture = (path: string): boolean => existsSync(fixture(path))
/** Every file below a folder of the fixtures; none where it is absent. */
export const fixtureFiles = (path: string): string[] =>
  haveFixture(path) ? readdirSync(fixture(path), { recursive: true, encoding: 'utf8' }).map((name) => join(fixture(path), name)).sort() : []
