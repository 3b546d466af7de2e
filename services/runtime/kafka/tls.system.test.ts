// TLS and the logins over it, against a broker with a listener for each: what works, and what is said where it does not.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reasonsUnready } from '../../../deploy/local/program.ts'
import { project } from '../../../deploy/local/project.ts'
import { Authority } from '../../../test/certificates.ts'
import { testHub } from '../../../test/hub.ts'
import { privateKafka } from '../../../test/private-stack.ts'
import { eventually, Route } from '../../../test/route.ts'
import { differences, none } from '../../../test/translated.ts'
import { Environment } from '../failure.ts'
import { type KafkaSettings, kafkaConnection } from './connection.ts'
import { failureOf } from './errors.ts'
import { numbers, TrialUnit } from './trial-unit.ts'

const authority = new Authority('Authority of the tests'), stranger = new Authority('Somebody else')
const own = authority.issue('hub'), ca = authority.cert
const start = async () => {
  const hub = testHub('tls'), login = 'org.apache.kafka.common.security'
  const file = (name: string, text: string) => { writeFileSync(join(hub.folder, name), text); return join(hub.folder, name) }
  const pair = (name: string, { cert, key }: { cert: string; key: string }) => file(name, key + cert)
  const broker = await privateKafka({
    'ssl.keystore.type': 'PEM', 'ssl.keystore.location': pair('broker.pem', authority.issue('broker')), 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': file('ca.pem', ca),
    'listener.name.mutual.ssl.client.auth': 'required',
    'listener.name.expired.ssl.keystore.location': pair('expired.pem', authority.issue('broker', { hours: -1 })), 'listener.name.expired.ssl.keystore.type': 'PEM',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512', 'connections.max.reauth.ms': 11_000,
    ...Object.fromEntries(['login', 'open'].flatMap((listener) => [
      [`listener.name.${listener}.plain.sasl.jaas.config`, `${login}.plain.PlainLoginModule required user_hub="plain";`],
      ...['256', '512'].map((bits) => [`listener.name.${listener}.scram-sha-${bits}.sasl.jaas.config`, `${login}.scram.ScramLoginModule required;`]),
    ])),
  }, { listeners: { TLS: 'SSL', MUTUAL: 'SSL', EXPIRED: 'SSL', LOGIN: 'SASL_SSL', OPEN: 'SASL_PLAINTEXT' }, users: ['256', '512'].map((bits) => `SCRAM-SHA-${bits}=[name=hub,password=with-${bits}]`) })
  return { hub, broker, file }
}
let stack: Awaited<ReturnType<typeof start>>
beforeAll(async () => { stack = await start() })
afterAll(() => stack?.broker.dispose())

type Login = NonNullable<KafkaSettings['sasl']>
const scram = (bits: 256 | 512, password = `with-${bits}`): Login => ({ mechanism: `scram-sha-${bits}`, username: 'hub', password })
const plain: Login = { mechanism: 'plain', username: 'hub', password: 'plain' }
type Listener = keyof typeof stack.broker.at
const settingsOf = (listener: Listener | null, more: Partial<KafkaSettings>): KafkaSettings =>
  ({ brokers: [listener === null ? stack.broker.brokers : stack.broker.at[listener]], clientId: 'tls', ...more })

const works: [string, Listener, Partial<KafkaSettings>][] = [
  ['TLS with an authority of its own', 'TLS', { tls: { ca } }],
  ['mutual TLS', 'MUTUAL', { tls: { ca, ...own } }],
  ['PLAIN over TLS', 'LOGIN', { tls: { ca }, sasl: plain }],
  ['SCRAM-SHA-256 over TLS', 'LOGIN', { tls: { ca }, sasl: scram(256) }],
  ['SCRAM-SHA-512 over TLS', 'LOGIN', { tls: { ca }, sasl: scram(512) }],
  ['SCRAM-SHA-256', 'OPEN', { sasl: scram(256) }],
  ['SCRAM-SHA-512', 'OPEN', { sasl: scram(512) }],
]
test.each(works)('%s: a unit copies every record, through its group, its fetches and its transactions', async (name, listener, more) => {
  const kafka = kafkaConnection(settingsOf(listener, more))
  const unit = new TrialUnit(kafka, `${stack.hub.name}.${name.replaceAll(/\W+/g, '-')}`, 2)
  await unit.createTopics()
  const stream = unit.stream()
  stream.start()
  await unit.feed(0, 2_000)
  await unit.reach([2_000, 2_000])
  expect(await unit.written()).toEqual([numbers(2_000), numbers(2_000)])
  await stream.stop()
  await kafka.close()
})

const refusals: [string, Listener | null, () => Partial<KafkaSettings>, string, RegExp][] = [
  ['the authority is not known', 'TLS', () => ({ tls: true }), 'kafka.tls_refused', /HUB_KAFKA_TLS_CA/],
  ['the authority is another', 'TLS', () => ({ tls: { ca: stranger.cert } }), 'kafka.tls_refused', /HUB_KAFKA_TLS_CA/],
  ['the broker\'s certificate has expired', 'EXPIRED', () => ({ tls: { ca } }), 'kafka.tls_refused', /not valid now \(CERT_HAS_EXPIRED\)/],
  ['the broker\'s certificate is for another address', 'TLS', () => ({ tls: { ca }, brokers: [stack.broker.at.TLS.replace('127.0.0.1', 'localhost')] }), 'kafka.tls_refused', /advertised\.listeners/],
  ['the broker asks for a certificate', 'MUTUAL', () => ({ tls: { ca } }), 'kafka.tls_refused', /HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY/],
  ['our certificate is of another authority', 'MUTUAL', () => ({ tls: { ca, ...stranger.issue('hub') } }), 'kafka.tls_refused', /HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY/],
  ['our certificate has expired', 'MUTUAL', () => ({ tls: { ca, ...authority.issue('hub', { hours: -1 }) } }), 'kafka.tls_refused', /HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY/],
  ['the SCRAM password is wrong', 'LOGIN', () => ({ tls: { ca }, sasl: scram(512, 'with-256') }), 'kafka.sasl_authentication_failed', /invalid credentials/],
  ['nobody logs in there', 'TLS', () => ({ tls: { ca }, sasl: scram(512) }), 'kafka.illegal_sasl_state', /leave HUB_KAFKA_SASL_MECHANISM empty/],
]
test.each(refusals)('where %s the surroundings are at fault, and the reason says what to do', async (_, listener, more, code, says) => {
  const kafka = kafkaConnection(settingsOf(listener, more()))
  const error = await kafka.control.ask(null).catch(failureOf)
  expect(error).toBeInstanceOf(Environment)
  expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
  await kafka.close()
})

// These may also be a broker that is just being started: they are tried again, with a hint.
test.each<[string, Listener | null, () => Partial<KafkaSettings>, RegExp]>([
  ['TLS to a port without', null, () => ({ tls: { ca } }), /HUB_KAFKA_TLS is not to be true/],
  ['no TLS to a port with it', 'TLS', () => ({}), /HUB_KAFKA_TLS is to be true/],
  ['no login where one is wanted', 'LOGIN', () => ({ tls: { ca } }), /HUB_KAFKA_SASL_MECHANISM/],
])('%s is a lost connection that says what may be wrong', async (_, listener, more, says) => {
  const kafka = kafkaConnection(settingsOf(listener, more()))
  expect(await kafka.control.ask(null).catch(failureOf)).toMatchObject({ name: 'Transient', code: 'kafka.no_answer', message: expect.stringMatching(says) })
  await kafka.close()
})

test('the programs work over TLS with a login, and the feed over mutual TLS, by settings alone', async () => {
  const { broker, file } = stack, hub = testHub('tls-programs', { brokers: broker.brokers })
  await using route = await Route.provision(hub)
  const tls = { HUB_KAFKA_TLS: 'true', HUB_KAFKA_TLS_CA: file('ca.pem', ca) }
  const login = { ...tls, HUB_KAFKA_BROKERS: broker.at.LOGIN, HUB_KAFKA_SASL_MECHANISM: 'scram-sha-512', HUB_KAFKA_SASL_USERNAME: 'hub', HUB_KAFKA_SASL_PASSWORD: 'with-512' }
  const misled = await hub.start('translator', { ...login, HUB_KAFKA_TLS_CA: stranger.cert })
  await eventually(60_000, async () => { expect(Object.values(await reasonsUnready(misled.url)).join(' ')).toContain('Set HUB_KAFKA_TLS_CA to the certificate of that authority') })
  await misled.stop()
  await route.feed(1_000, { seed: 'tls', bad: 0.01 })
  const translator = await hub.start('translator', login)
  await translator.ready()
  await route.translated()
  expect(await differences(route)).toEqual(none)
  const before = (await route.admin.topicOffsets(route.names.topic('source.shopify.orders'), 'latest')).reduce((sum, it) => sum + it)
  const mutual = { ...tls, HUB_KAFKA_BROKERS: broker.at.MUTUAL, HUB_KAFKA_TLS_CERT: file('hub.pem', own.cert), HUB_KAFKA_TLS_KEY: file('hub.key', own.key) }
  await promisify(execFile)(process.execPath, [join(project, 'deploy/local/feed/main.ts'), '--source', 'shopify-orders', '--count', '50'], { env: { ...process.env, ...hub.env, ...mutual } })
  expect((await route.admin.topicOffsets(route.names.topic('source.shopify.orders'), 'latest')).reduce((sum, it) => sum + it)).toBe(before + 50)
})
