import type { Place } from './as-it-came.ts'
import type { KafkaRecord } from './kafka/chunk.ts'

const header = 'hub_release'

/** A unit's word to itself in its redrive topic: what waits in the line that is the key may go on. Written with what closes the record in front, so that no kill comes between the two. */
export const releaseHeaders = (of: Place): Record<string, string> => ({ [header]: textOf(of) })

/** The line whose turn has come. Undefined: the record is no such word; null: it is not ours. */
export function releasedOf({ key, headers }: KafkaRecord, of: Place): string | null | undefined {
  const text = headers.find(({ name }) => name === header)?.value?.toString()
  if (text === undefined) return undefined
  return key !== null && [of.topicId, ...(of.was ?? [])].some((topicId) => text === textOf({ ...of, topicId })) ? key.toString() : null
}
const textOf = ({ topic, topicId, partition }: Place) => `${topic}/${partition}/${topicId}`
