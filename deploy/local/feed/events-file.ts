import { closeSync, openSync, writeSync } from 'node:fs'
import type { FeedRecord } from './feed.ts'

/** One line for each record: tests compare set, count and order of what came out with it. */
export const eventLine = (record: FeedRecord, n: number): string => `${JSON.stringify({
  n, source: record.source, key: record.key.toString(), class: record.class,
  gives: record.gives.map(({ tracked, version, deleted }) => ({ model: tracked.model, entity: tracked.entity, version, deleted })),
})}\n`

/** Writes the lines in pieces: a million of them are more than a string should hold. */
export function eventsFile(path: string, first: number) {
  const file = openSync(path, 'w')
  let lines = '', n = first
  const flush = () => { writeSync(file, lines); lines = '' }
  return {
    add(record: FeedRecord): void { lines += eventLine(record, n++); if (lines.length > 1_000_000) flush() },
    close(): void { flush(); closeSync(file) },
  }
}
