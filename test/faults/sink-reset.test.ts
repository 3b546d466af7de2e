import { Kafka, logLevel } from 'kafkajs'
import { expect, test } from 'vitest'
import { GroupRequests } from '../../services/runtime/kafka/group-requests.ts'
import { noMember } from '../../services/runtime/kafka/offsets.ts'
import { eventually } from '../route.ts'
import { translatedFeed } from './translated-feed.ts'
import { allRight } from './warehouse.ts'

test.each(['reset to the earliest offsets', 'deleted'])('a consumer group that is %s changes no row: the target itself knows where it stands', async (what) => {
  await using feed = await translatedFeed('reset', 4_000)
  const { hub, route, warehouse } = feed, group = route.names.sinkGroup('warehouse-postgres')
  const first = await hub.start('sink', warehouse.env())
  await warehouse.delivered()
  await first.stop()
  expect((await route.admin.groupOffsets(group)).some(({ offset }) => offset > 0)).toBe(true)
  const before = await warehouse.fingerprint()

  if (what === 'deleted') {
    const admin = new Kafka({ brokers: [...hub.kafka.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.deleteGroups([group])
    await admin.disconnect()
  } else await new GroupRequests(route.kafka.control, group, 6_000, 6_000).commitOffsets(noMember, await route.admin.groupOffsets(group).then((all) => all.map((it) => ({ ...it, offset: 0 }))))
  expect((await route.admin.groupOffsets(group)).every(({ offset }) => offset <= 0)).toBe(true)

  const second = await hub.start('sink', warehouse.env())
  // It has every partition again, and tells lag tools where it stands only when something new has come.
  await eventually(60_000, () => { expect(second.entries().filter((it) => it['event'] === 'unit.state' && it['state'] === 'running').length).toBeGreaterThanOrEqual(5 * 4) })
  await warehouse.delivered()
  expect(await warehouse.fingerprint()).toEqual(before)
  await second.stop()
  expect(await warehouse.fingerprint()).toEqual(before)
  expect(await warehouse.differences()).toEqual(allRight)
})
