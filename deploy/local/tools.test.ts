import { expect, test } from 'vitest'
import { CannotStart, complete } from './tools.ts'

const java = { command: '/usr/bin/java', major: 25 }
const message = (...given: Parameters<typeof complete>): string => {
  try { complete(...given) } catch (error) { if (error instanceof CannotStart) return error.message }
  throw new Error('nothing was missing')
}

test('with Java and Maven nothing is said', () => { expect(complete(java, true)).toBe(java) })

test('what is missing is named in one message with both ways out: install, or give the addresses', () => {
  expect(message(undefined, true)).toMatch(/^Java 21 or newer was not found: /)
  expect(message(java, false)).toMatch(/^Maven was not found: /)
  expect(message(undefined, false)).toMatch(/^Java 21 or newer and Maven were not found: /)
  expect(message(undefined, false)).toMatch(/Either install Java 21 or newer and Maven .*\nor give the addresses of your own: HUB_KAFKA_BROKERS and HUB_REGISTRY_URL/s)
})
