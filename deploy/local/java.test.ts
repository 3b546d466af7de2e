import { chmodSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findJava, hasMaven } from './java.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'java-test-')))

/** A folder with a java that says it is this version. */
function java(home: string, version: string): string {
  const bin = join(folder, home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, 'java'), `#!/bin/sh\necho 'openjdk version "${version}" 2026-01-20' >&2\n`)
  chmodSync(join(bin, 'java'), 0o755)
  return bin
}
const [old, lts] = [java('old/java-8', '1.8.0_402'), java('path/java-21', '21.0.4')]
java('usual/jdk-25', '25')
java('usual/jdk-17', '17.0.15')

test('the newest java wins, wherever it lies', () => {
  expect(findJava({ PATH: lts, JAVA_HOME: join(old, '..') }, [join(folder, 'usual')])).toEqual({ command: join(folder, 'usual/jdk-25/bin/java'), major: 25 })
})

test('a java that is too old is none', () => {
  expect(findJava({ PATH: old, JAVA_HOME: join(folder, 'usual/jdk-17') }, [])).toBeUndefined()
})

test('the first java of 21 or newer on the path is found without JAVA_HOME', () => {
  expect(findJava({ PATH: `${old}:${lts}` }, [join(folder, 'nowhere')])?.major).toBe(21)
})

test('maven is looked for on the path only', () => {
  expect(hasMaven({ PATH: folder })).toBe(false)
  writeFileSync(join(folder, 'mvn'), '')
  expect(hasMaven({ PATH: `/nowhere:${folder}` })).toBe(true)
})
