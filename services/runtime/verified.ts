/** How far one source partition is proven for a target, by one look that began at `at`: `oldest` is the time of the oldest record that is not; null: there was none. */
export interface Proven { readonly oldest: Date | null; readonly at: Date }

const provenUntil = ({ oldest, at }: Proven): number => Math.min(oldest?.getTime() ?? Infinity, at.getTime())

/** The instant before which a target holds everything, in milliseconds, over all partitions that feed it; null where nobody has looked. */
export const verifiedThrough = (partitions: readonly Proven[]): number | null => (partitions.length === 0 ? null : Math.min(...partitions.map(provenUntil)))

/** Those of them that are not proven up to this instant, the worst first. */
export const heldAt = <P extends Proven>(partitions: readonly P[], at: Date): P[] => partitions.filter((it) => provenUntil(it) <= at.getTime()).toSorted((a, b) => provenUntil(a) - provenUntil(b))
