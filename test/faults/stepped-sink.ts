import { withInstead } from './stepped.ts'

export const sinkPoints = ['written', 'commit-sent', 'committed', 'published'] as const
export type SinkPoint = (typeof sinkPoints)[number] | 'begun' | 'claiming'
/** Guards that a test takes out of a sink. */
export interface SinkWithout { position?: 'fence' | 'position-inside'; version?: true; key?: true; open?: true }

const targets = 'services/sink/targets'
/** A sink that is killed or frozen at a named point of its n-th chunk, or without one of its guards. */
export const steppingSink = (point: SinkPoint | null, more: { signal?: 'SIGKILL' | 'SIGSTOP'; nth?: number; without?: SinkWithout } = {}) =>
  withInstead({
    [`${targets}/transaction.js`]: 'stepping-sink-transaction.js',
    [`${targets}/outbox.js`]: 'stepping-outbox.js',
    [`${targets}/position.js`]: 'loose-position.js',
    ...(more.without?.version ? { [`${targets}/warehouse-postgres/guard.js`]: 'open-guard.js' } : {}),
    ...(more.without?.open ? { [`${targets}/open-rejections.js`]: 'never-closed.js' } : {}),
    ...(more.without?.key ? { [`${targets}/crm-http/sender.js`]: 'fresh-key-sender.js' } : {}),
  }, {
    ...(point === null ? {} : { TEST_AT: point }), TEST_NTH: `${more.nth ?? 10}`, TEST_SIGNAL: more.signal ?? 'SIGKILL', ...(more.without?.position ? { TEST_WITHOUT: more.without.position } : {}),
  })
