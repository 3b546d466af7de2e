import type { Drained } from './drain.ts'
import type { Round } from './figure.ts'

/** A drained backlog as values with their units; the steady part is what counts, the whole stands beside it. */
export function drainedValues({ whole, steady, rssPeakMb, rssEndMb, foreignCores }: Drained, more: Round['values'] = {}): Round {
  return {
    foreignCores,
    values: {
      records_per_s: steady.perSecond, program_cpu_s_per_million: steady.program, broker_cpu_s_per_million: whole.broker, database_cpu_s_per_million: whole.database,
      whole_records_per_s: whole.perSecond, whole_program_cpu_s_per_million: whole.program, rss_peak_mb: rssPeakMb, rss_end_mb: rssEndMb, ...more,
    },
  }
}
