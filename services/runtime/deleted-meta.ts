import { micros } from '../../canonical/micros.ts'
import type { Meta } from '../../canonical/models.generated.ts'
import { Refused } from '../../canonical/refused.ts'
import type { KafkaRecord } from './kafka/chunk.ts'

/** What a delete says of itself: it has no value, so its identity travels in headers. */
export function deletedMeta({ key, headers }: Pick<KafkaRecord, 'key' | 'headers'>): Omit<Meta, 'mapping'> {
  const found = new Map(headers.map(({ name, value }) => [name, value?.toString('utf8')]))
  const header = (name: string): string => {
    const value = found.get(name)
    if (value === undefined) throw new Refused('delete.no-header', `the header ${name}`, undefined)
    return value
  }
  if (key === null) throw new Refused('delete.no-key', 'the entity as key', undefined)
  const [, topic = '', partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin')) ?? refuse('hub_origin')
  return {
    effectKey: header('ce_id'), source: header('ce_source').replace(/^\/tributary\//, ''), entity: key.toString('utf8'), version: integer(header('hub_version')), revision: integer(header('hub_revision')),
    occurredAt: micros(header('ce_time')), origin: { topic, partition: Number(partition), offset: Number(offset) },
  }
}

function integer(value: string): number {
  const number = Number(value)
  return /^-?\d+$/.test(value) && Number.isSafeInteger(number) ? number : refuse('hub_version')
}
function refuse(header: string): never { throw new Refused('delete.bad-header', `a header ${header} as the hub writes it`, undefined) }
