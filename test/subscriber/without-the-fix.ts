// Put in the place of read-committed.ts, to show what kafkajs does without it.
export const fixed = false
