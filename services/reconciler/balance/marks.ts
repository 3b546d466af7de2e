/**
 * Ends of topics, asked after a look. Whatever that look has seen as emitted lies below the ends of the canonical partitions, and whatever it has seen as read
 * was committed together with receipts that lie below the ends of theirs. So once both are passed, a block that nobody has counted in since is as it will stay.
 * High watermarks, not last stable offsets: one open transaction of somebody else may hold the latter back below what the look knows of.
 */
export interface Mark { readonly look: number; /** By `topic/partition`. */ readonly canonical: Readonly<Record<string, number>>; readonly receipts: Readonly<Record<string, number>> }

export const place = (topic: string, partition: number) => `${topic}/${partition}`
export const isPassed = ({ canonical, receipts }: Mark, delivered: (place: string) => number, read: (place: string) => number): boolean =>
  Object.entries(canonical).every(([at, end]) => delivered(at) >= end) && Object.entries(receipts).every(([at, end]) => read(at) >= end)

/** By topic: the end of each partition. */
export const byPlace = (ends: ReadonlyMap<string, readonly number[]>, topics: readonly string[]): Record<string, number> =>
  Object.fromEntries(topics.flatMap((topic) => (ends.get(topic) ?? []).map((end, partition) => [place(topic, partition), end])))
