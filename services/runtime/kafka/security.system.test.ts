import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Private, privateKafka } from '../../../test/private-stack.ts'
import { Environment } from '../failure.ts'
import { type KafkaConnection, type KafkaSettings, kafkaConnection } from './connection.ts'
import { failureOf } from './errors.ts'
import { numbers, TrialUnit } from './trial-unit.ts'

let broker: Private & { brokers: string }
const login = 'org.apache.kafka.common.security'
beforeAll(async () => {
  broker = await privateKafka({
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT', 'connections.max.reauth.ms': 11_000,
    'sasl.enabled.mechanisms': 'PLAIN', 'sasl.mechanism.inter.broker.protocol': 'PLAIN',
    'listener.name.plaintext.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required username="hub" password="right" user_hub="right";`,
  })
})
afterAll(() => broker?.dispose())
function connect(password: string): KafkaConnection {
  const settings: KafkaSettings = { brokers: broker.brokers.split(','), clientId: 'secure', sasl: { mechanism: 'plain', username: 'hub', password } }
  return kafkaConnection(settings)
}

test('a refused password is a matter of the surroundings, and says so', async () => {
  const kafka = connect('wrong')
  const error = await kafka.control.ask(null).catch(failureOf)
  expect(error).toBeInstanceOf(Environment)
  expect(error).toMatchObject({ code: 'kafka.sasl_authentication_failed' })
  await kafka.close()
})

test('sessions that end every 11 s are renewed under load; no request is lost for it', async () => {
  const kafka = connect('right')
  const unit = new TrialUnit(kafka, 'renewed', 2)
  await unit.createTopics()
  const stream = unit.stream()
  stream.start()
  let fed = 0
  for (const until = Date.now() + 14_000; Date.now() < until; fed += 10) { await unit.feed(fed, 10); await sleep(20) }
  await unit.reach([fed, fed])
  expect(await unit.written()).toEqual([numbers(fed), numbers(fed)])
  expect(unit.events.filter((it) => it.event === 'lease.doubt')).toEqual([])
  await stream.stop()
  await kafka.close()
}, 60_000)
