import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../canonical/schemas.ts'
import { codeEntry, everyCode, programCodes } from './codes.ts'
import { failureClasses } from './failure-classes.ts'
import { findingKinds } from './finding-kinds.ts'
import { Environment, Stopped, Transient } from './failure.ts'
import { codes, failureOf, KafkaError, leaseLost } from './kafka/errors.ts'

const files = globSync('{canonical,services}/**/*.ts', { cwd: packageRoot }).filter((file) => !/\.test(-d)?\.ts$|generated|\/(broker-)?codes\.ts$/.test(file))
const areas = new Set(Object.keys(everyCode).map((code) => code.split('.')[0]))
/** What is thrown under a code, and every text that has the form of one in an area of the table. Names of events, schemas and findings look alike and are none. */
function codesIn(text: string): string[] {
  const bare = text.replaceAll(/\blog\.\w+\('[^']+'|\b(event|case)\b(:| ===)? '[^']+'/g, '')
  const thrown = [...bare.matchAll(/new (?:Transient|Environment|Stopped|PausedByPerson|Refused)\(\s*'([^']+)'/g)].map((found) => found[1]!)
  return [...thrown, ...[...bare.matchAll(/'([a-z]+\.[a-z0-9]+(?:[_-][a-z0-9]+)*)'/g)].map((found) => found[1]!).filter((it) => areas.has(it.split('.')[0]) && !/\.v\d+$/.test(it))]
}

test('a code that is thrown anywhere is in the table', () => {
  const unlisted = files.flatMap((file) => codesIn(readFileSync(join(packageRoot, file), 'utf8')).filter((code) => !Object.hasOwn(everyCode, code) && !Object.hasOwn(findingKinds, code)).map((code) => `${file}: ${code}`))
  expect(unlisted).toEqual([])
})

test('a code that nobody has listed is seen, however it is written', () => {
  expect(codesIn(`throw new Stopped('moon.full', 'x'); return { code: 'target.sulks' }; log.info('unit.state', {}); schema('command.v1')`)).toEqual(['moon.full', 'target.sulks'])
})

test('nothing is listed that no program says', () => {
  const said = new Set(files.flatMap((file) => codesIn(readFileSync(join(packageRoot, file), 'utf8'))))
  expect(Object.keys(programCodes).filter((code) => !said.has(code))).toEqual([])
})

test('every code and every class speaks in whole sentences, and a code has one entry', () => {
  const sentence = expect.stringMatching(/^[A-Z].*\.$/s)
  for (const [code, { says, todo, class: of }] of Object.entries(everyCode)) {
    expect([code, says, todo]).toEqual([code, sentence, sentence])
    expect(Object.keys(failureClasses)).toContain(of)
  }
  for (const { says, hub, person } of Object.values(failureClasses)) expect([says, hub, person]).toEqual([sentence, sentence, sentence])
})

test('what a broker answers becomes a failure of the class that the table names', () => {
  const of = { transient: Transient, environment: Environment, stopped: Stopped } as const
  for (const [name, code] of Object.entries(codes)) {
    const failure = failureOf(new KafkaError(code, 'Test')) as Transient | Environment | Stopped
    expect(failure.code).toBe(leaseLost.has(code) ? 'kafka.lease_lost' : `kafka.${name.toLowerCase()}`)
    expect(failure).toBeInstanceOf(of[everyCode[failure.code]!.class as keyof typeof of])
  }
  expect(failureOf(new KafkaError(12_345, 'Test'))).toMatchObject({ name: 'Stopped', code: 'kafka.unlisted', message: 'Test: CODE_12345 (12345)' })
})

test('of a code that is not listed nothing is guessed', () => expect(codeEntry('moon.full').says).toBe('No meaning is listed for moon.full.'))
