import { expect, test } from 'vitest'
import { readOptions, usage, UsageError } from './options.ts'

test('without options everything is started, samples included', () => {
  expect(readOptions([])).toEqual({ samples: true, only: 'all' })
})

test('every option of the usage is understood', () => {
  expect(readOptions(['--no-samples'])).toEqual({ samples: false, only: 'all' })
  expect(readOptions(['--only', 'infra'])).toEqual({ samples: true, only: 'infra' })
  expect(readOptions(['--only=infra'])).toEqual({ samples: true, only: 'infra' })
  expect(readOptions(['--help'])).toBeNull()
  expect(usage.match(/^ {2}--\S+/gm)?.map((it) => it.trim())).toEqual(['--no-samples', '--only', '--help'])
})

test('an option that does not exist is refused by name', () => {
  expect(() => readOptions(['--sample'])).toThrow(new UsageError('There is no option --sample.'))
  expect(() => readOptions(['--only', 'kafka'])).toThrow(new UsageError('--only knows infra, not kafka.'))
  expect(() => readOptions(['--only'])).toThrow(new UsageError('--only knows infra, not nothing.'))
})
