import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rejectionCodec } from '../canonical/codec.ts'
import { schemaText } from '../canonical/schemas.ts'
import { project } from '../deploy/local/project.ts'
import { createTopics, wantedTopics } from '../deploy/local/provision.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { names } from '../services/runtime/names.ts'
import { sources } from '../services/translator/sources/index.generated.ts'
import { testHub } from './hub.ts'
import { eventually, Route } from './route.ts'
import { receiptsOf } from './translated.ts'

const { card } = sources['inventory-stock']
const sample = readFileSync(join(project, 'services/translator/sources/inventory-stock/samples/pieces-on-hand.in.json'))

test('a source that gets more partitions under way goes on with all of them: records, rejections and books', async () => {
  const hub = testHub('grown'), of = names(hub.name)
  await using route = await Route.provision(hub)
  const topic = of.topic(card.topic), more = card.partitions * 2, last = more - 1
  await route.producer().send(topic, [{ key: 'before', value: sample, partition: 0 }])
  const translator = await hub.start('translator', { HUB_SOURCES: card.name })
  await translator.ready()
  await route.admin.raisePartitions(topic, more)
  await route.kafka.control.refresh()
  await route.producer().send(topic, [{ key: 'good', value: sample, partition: last }, { key: 'bad', value: '{', partition: last }])
  await eventually(60_000, async () => { expect(await route.admin.groupOffsets(of.translatorGroup(card.name))).toContainEqual({ topic, partition: last, offset: 2 }) })
  await translator.ready()

  expect((await readAll(route.kafka.control, of.canonical('stock-level.v1'))).length).toBe(2)
  const [rejected] = (await readAll(route.kafka.control, of.rejected(card.name))).map(({ partition, record }) => ({ partition, ...rejectionCodec().decode(record.value!, () => schemaText('rejection.v1')) }))
  expect(rejected).toMatchObject({ partition: last, originPartition: last, originOffset: 1, code: 'payload.not-json' })
  expect((await receiptsOf(route)).filter((it) => it.partition === last).flatMap((it) => it.entries).filter((it) => it.outcome === 'read').reduce((sum, it) => sum + it.count, 0)).toBe(2)
  const counts = new Map((await route.admin.listTopics()).map((it) => [it.topic, it.partitions]))
  expect([topic, of.rejected(card.name), of.redriveSource(card.name), of.state(card.name)].map((it) => counts.get(it))).toEqual([more, more, more, more])
  // The next deployment finds it in order, though the card still says otherwise.
  await createTopics({ ...hub.kafka }, wantedTopics(hub.name))
})
