/** Every value is kept, so that a percentile is exact: a million latencies are eight megabytes. */
export interface Percentiles { readonly count: number; readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number }

export function percentilesOf(values: Float64Array): Percentiles {
  if (values.length === 0) throw new Error('there are no percentiles of nothing')
  const sorted = values.toSorted()
  // The smallest value that at least this share of all values does not exceed.
  const at = (share: number) => sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)]!
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: sorted.at(-1)! }
}
