import { expect, test } from 'vitest'
import { readOptions, usage, UsageError } from './options.ts'

test('a task with its own number of records, or the one that was asked for', () => {
  expect(readOptions(['translate'])).toEqual({ task: 'translate', options: { records: 1_000_000, rounds: 3, seconds: 60, brokers: 1, json: false } })
  expect(readOptions(['sink', '--records', '5000', '--rounds=1', '--brokers', '3', '--json'])).toEqual({ task: 'sink', options: { records: 5_000, rounds: 1, seconds: 60, brokers: 3, json: true } })
})

test('--help asks for the usage, which names every task', () => {
  expect(readOptions(['--help'])).toBe(null)
  for (const task of ['translate', 'sink', 'end-to-end', 'latency', 'recovery', 'backlog', 'scale', 'idle', 'peers', 'books']) expect(usage).toContain(`\n  ${task} `)
})

test.each([
  [[], 'Which task?'], [['fast'], 'There is no task fast'], [['sink', 'translate'], 'one too many'], [['sink', '--records', 'many'], '--records is a whole number'],
  [['sink', '--brokers', '2'], '--brokers is 1 or 3'], [['sink', '--quick'], '--quick'],
])('%j is refused in words', (args, words) => {
  expect(() => readOptions(args)).toThrow(words)
  expect(() => readOptions(args)).toThrow(UsageError)
})
