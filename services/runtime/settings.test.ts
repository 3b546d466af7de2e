import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Authority } from '../../test/certificates.ts'
import { common, kafkaSettings, ledger, list, ofTarget, optional, readSettings, registry, type Settings, SettingsWrong, stream, text, url, wholeNumber } from './settings.ts'

const good = { HUB_KAFKA_BROKERS: 'one:9092, two:9093', HUB_REGISTRY_URL: 'https://registry.example', HUB_LEDGER_URL: 'postgres://hub@db/ledger' }
const all = { ...common, ...registry, ...stream, ...ledger }
/** What a start with these settings would say. */
function complaint(settings: Settings, env: NodeJS.ProcessEnv): string {
  try { readSettings(settings, env) } catch (error) {
    expect(error).toBeInstanceOf(SettingsWrong)
    return (error as Error).message
  }
  return ''
}

test('everything that is wrong is said in one go, each with the variable, what was given and what it is for', () => {
  const said = complaint(all, { HUB_CHUNK_RECORDS: 'many', HUB_KAFKA_TLS: 'yes', HUB_KAFKA_SASL_MECHANISM: 'kerberos', HUB_REGISTRY_URL: 'registry' })
  expect(said.split('\n')).toHaveLength(6)
  expect(said).toContain('HUB_KAFKA_BROKERS is not set. Kafka brokers as host:port')
  expect(said).toContain('HUB_KAFKA_TLS=yes: expected true or false. true to speak TLS to Kafka.')
  expect(said).toContain('HUB_KAFKA_SASL_MECHANISM=kerberos: expected plain, scram-sha-256 or scram-sha-512.')
  expect(said).toContain('HUB_REGISTRY_URL: expected a URL')
  expect(said).toContain('HUB_CHUNK_RECORDS=many: expected a whole number.')
  expect(said).toContain('HUB_LEDGER_URL is not set.')
})

describe('a secret is never shown', () => {
  const secret = 'hunter2'
  test.each(Object.values(all).filter((setting: Settings[string]) => setting.secret))('$env', (setting: Settings[string]) => {
    const wrong: Settings = { it: { ...setting, read: () => { throw new Error('expected something else') } } }
    expect(complaint(wrong, { [setting.env]: secret })).toContain(`${setting.env}: expected something else`)
    expect(complaint(wrong, { [setting.env]: secret })).not.toContain(secret)
  })
  test('nor is a password within a URL', () => {
    for (const it of ['https//user:hunter2@registry', 'user:hunter2@registry', 'https://user:hunter2@regi stry']) {
      expect(complaint(registry, { HUB_REGISTRY_URL: it })).toMatch(/HUB_REGISTRY_URL: expected a URL/)
      expect(complaint(ledger, { HUB_LEDGER_URL: it })).not.toContain(secret)
    }
  })
})

test('no reader repeats the text that it refuses', () => {
  for (const { env, read } of Object.values(all) as Settings[string][]) {
    let said = ''
    try { read('s3cret text') } catch (error) { said = (error as Error).message }
    expect(said, env).not.toContain('s3cret')
  }
})

test('what is not given has its fallback, and an empty optional one is none', () => {
  const values = readSettings(all, good)
  expect(values).toMatchObject({ hubName: '', instance: null, httpPort: 0, tls: false, tlsCa: null, saslMechanism: null, chunkRecords: 4000, chunkBytes: 3_000_000, sessionMs: 6000 })
  expect(values.brokers).toEqual(['one:9092', 'two:9093'])
})

test.each(['', ' , ', 'one', 'one:', ':9092', 'one:9092;two:9092', 'http://one:9092', 'one:9092,two'])('brokers "%s" are refused at the start, not when they do not answer', (brokers) => {
  expect(complaint(common, { HUB_KAFKA_BROKERS: brokers })).toContain(`HUB_KAFKA_BROKERS=${brokers}: expected host:port`)
})
test.each(['kafka-0.kafka.svc:9092', '10.0.0.1:9092', '[::1]:9092', 'a:1,b:2,'])('brokers "%s" are taken', (brokers) => {
  expect(complaint(common, { HUB_KAFKA_BROKERS: brokers })).toBe('')
})

test.each(['-1', '1.5', '1e3', '', ' 1', '0x10', '9'.repeat(16)])('"%s" is no whole number', (it) => { expect(() => wholeNumber(it)).toThrow('expected a whole number') })
test.each(['localhost:8081', 'registry', '/path', ''])('"%s" is no URL: a host and a port are not enough', (it) => { expect(() => url(it)).toThrow('expected a URL') })
test.each(['http://localhost:8081/apis/ccompat/v7', 'postgres://hub:p%40ss@db:5432/ledger', 'postgres:///hub?host=/run/postgresql'])('"%s" is one', (it) => { expect(url(it)).toBe(it) })
test('a list leaves out what is empty', () => { expect(list(' a, ,b,')).toEqual(['a', 'b']) })
test('an optional setting is read where it is given', () => { expect([optional(wholeNumber)(''), optional(wholeNumber)('7')]).toEqual([null, 7]) })

test('a target\'s setting is named after the target', () => {
  expect(ofTarget('warehouse-postgres', 'state-url', { says: 'x', read: text }).env).toBe('HUB_TARGET_WAREHOUSE_POSTGRES_STATE_URL')
})

describe('what the Kafka client is given', () => {
  const settingsOf = (env: NodeJS.ProcessEnv) => kafkaSettings(readSettings(common, { ...good, ...env }), 'translator')
  test('is no more than was set', () => {
    expect(settingsOf({ HUB_INSTANCE: 'pod-3' })).toEqual({ brokers: ['one:9092', 'two:9093'], clientId: 'tributary-translator-pod-3' })
  })
  const authority = new Authority('Test'), { cert, key } = authority.issue('hub'), other = authority.issue('other')
  test('has TLS and SASL where they were set', () => {
    expect(settingsOf({ HUB_KAFKA_TLS: 'true', HUB_KAFKA_TLS_CA: authority.cert, HUB_KAFKA_SASL_MECHANISM: 'scram-sha-512', HUB_KAFKA_SASL_USERNAME: 'hub', HUB_KAFKA_SASL_PASSWORD: 'p' }))
      .toMatchObject({ tls: { ca: authority.cert }, sasl: { mechanism: 'scram-sha-512', username: 'hub', password: 'p' } })
  })
  test('has certificates and key from files as from texts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pem-')), file = (name: string, text: string) => { writeFileSync(join(folder, name), text); return join(folder, name) }
    const env = { HUB_KAFKA_TLS: 'true', HUB_KAFKA_TLS_CA: file('ca.pem', authority.cert), HUB_KAFKA_TLS_CERT: file('cert.pem', cert), HUB_KAFKA_TLS_KEY: file('key.pem', key) }
    expect(settingsOf(env)).toMatchObject({ tls: { ca: authority.cert, cert, key } })
    expect(complaint(common, { ...good, ...env, HUB_KAFKA_TLS_CA: join(folder, 'nowhere.pem') })).toContain('expected PEM text or the path of a PEM file (ENOENT)')
    expect(complaint(common, { ...good, ...env, HUB_KAFKA_TLS_KEY: cert })).toContain('HUB_KAFKA_TLS_KEY: expected a private key in PEM, without a passphrase.')
  })
  test.each([
    [{ HUB_KAFKA_TLS_CA: authority.cert }, 'HUB_KAFKA_TLS is not true'],
    [{ HUB_KAFKA_TLS: 'true', HUB_KAFKA_TLS_CERT: cert }, 'HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY go together'],
    [{ HUB_KAFKA_TLS: 'true', HUB_KAFKA_TLS_CERT: cert, HUB_KAFKA_TLS_KEY: other.key }, 'the key of another certificate'],
    [{ HUB_KAFKA_SASL_USERNAME: 'hub' }, 'HUB_KAFKA_SASL_MECHANISM is empty'],
    [{ HUB_KAFKA_SASL_MECHANISM: 'plain', HUB_KAFKA_SASL_USERNAME: 'hub' }, 'HUB_KAFKA_SASL_PASSWORD is missing'],
  ])('is refused at the start where settings contradict each other: %#', (env, says) => { expect(() => settingsOf(env)).toThrow(says) })
})
