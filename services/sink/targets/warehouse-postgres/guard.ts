/** Which state may overwrite which, as SQL over two rows. An object, so that a test can put one that lets everything through in its place. */
export const versionGuard = {
  /** Invariant 3: equal versions count as newer only where one origin partition orders them. */
  newer: (state: string, held: string) => `((${state}.version, ${state}.revision) > (${held}.version, ${held}.revision) or (${sameVersion(state, held)}
      and ${state}.origin_topic = ${held}.origin_topic and ${state}.origin_partition = ${held}.origin_partition and ${state}.origin_offset > ${held}.origin_offset))`,
}
/** Equal versions with different content, from partitions that nobody can put into an order. */
export const conflicting = (state: string, held: string) =>
  `(${sameVersion(state, held)} and (${state}.origin_topic, ${state}.origin_partition) <> (${held}.origin_topic, ${held}.origin_partition))`
const sameVersion = (state: string, held: string) => `(${state}.version, ${state}.revision) = (${held}.version, ${held}.revision) and ${state}.effect_key <> ${held}.effect_key`
export type Guard = typeof versionGuard
