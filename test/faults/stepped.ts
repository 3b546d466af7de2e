import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { project } from '../../deploy/local/project.ts'

/** Options and environment of a program in which modules of the tests stand in the place of the product's. */
export function withInstead(swaps: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const hook = pathToFileURL(join(project, 'dist', 'test', 'faults', 'instead.js')).href
  return {
    env: { ...env, TEST_INSTEAD: Object.entries(swaps).map(([original, replacement]) => `${original}=test/faults/in-place/${replacement}`).join(',') },
    options: { nodeArgs: ['--import', hook] },
  }
}

export type Point = 'produced' | 'before-commit' | 'commit-sent' | 'committed'
/** A translator that is killed or frozen at a named point of its n-th transaction. */
export const stepping = (point: Point | null, more: { signal?: 'SIGKILL' | 'SIGSTOP'; nth?: number; without?: 'fence' | 'position-inside' } = {}) =>
  withInstead({ 'services/runtime/kafka/transaction.js': 'stepping-transaction.js' }, {
    ...(point === null ? {} : { TEST_AT: point }), TEST_NTH: `${more.nth ?? 10}`, TEST_SIGNAL: more.signal ?? 'SIGKILL', ...(more.without ? { TEST_WITHOUT: more.without } : {}),
  })
