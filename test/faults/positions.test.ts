import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { sources } from '../../services/translator/sources/index.generated.ts'
import { testHub, type TestProgram } from '../hub.ts'
import { Route } from '../route.ts'
import { differences, none } from '../translated.ts'

const card = sources['shopify-orders'].card
const stopped = async (program: TestProgram, code: string) => {
  await program.logged(new RegExp(`"unit.stopped".*"${code.replace('.', '\\.')}"`))
  return program.entries().filter((it) => it['event'] === 'unit.stopped' && it['code'] === code)
}

/** Half of the records are translated, then the translator is stopped. */
async function halfway(name: string) {
  const hub = testHub(name), route = await Route.provision(hub)
  await route.feed(2_000, { seed: name, bad: 0.01 })
  const translator = await hub.start('translator')
  await route.translated()
  await translator.stop()
  return { hub, route, topic: route.names.topic(card.topic), group: route.names.translatorGroup(card.name) }
}

test('a lost position stops the partitions and names the range; nothing is doubled, other sources go on', async () => {
  const { hub, route, topic, group } = await halfway('position-lost')
  await using _ = route
  const admin = new Kafka({ brokers: [...hub.kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.deleteGroups([group])
  await admin.disconnect()
  const translator = await hub.start('translator')
  const said = await stopped(translator, 'kafka.position_lost')
  expect(said[0]).toMatchObject({ unit: 'shopify-orders', topic })
  expect(String(said[0]!['reason'])).toMatch(/began at 0 and its position is gone: 0 to \d+ may have been handled or not/)
  expect(await differences(route)).toEqual(none)
  expect(translator.entries().some((it) => it['event'] === 'unit.state' && it['unit'] === 'stripe-events' && it['state'] === 'running')).toBe(true)
})

test('a truncated source stops the partition and names the range that is gone', async () => {
  const { hub, route, topic } = await halfway('truncated')
  await using _ = route
  // Written while no translator runs, and deleted before one comes back.
  const before = (await route.admin.topicOffsets(topic, 'latest'))[0]!
  const producer = route.producer()
  await producer.send(topic, Array.from({ length: 50 }, (_, n) => ({ key: `late-${n}`, value: '{}', partition: 0 })))
  await route.admin.deleteRecords(topic, 0, before + 20)
  const translator = await hub.start('translator')
  const said = await stopped(translator, 'kafka.range_lost')
  expect(said).toHaveLength(1)
  expect(String(said[0]!['reason'])).toContain(`${before} to ${before + 19} were deleted before they were handled`)
})

test('a source topic that was deleted and created again stops every partition: its offsets mean other records now', async () => {
  const { hub, route, topic } = await halfway('recreated')
  await using _ = route
  await route.admin.deleteTopics([topic])
  await route.admin.ensureTopics([{ topic, partitions: card.partitions }])
  const translator = await hub.start('translator')
  await translator.logged(/"unit.stopped".*kafka.topic_recreated/)
  expect((await stopped(translator, 'kafka.topic_recreated')).every((it) => it['topic'] === topic)).toBe(true)
})
