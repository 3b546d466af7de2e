import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admin } from '../../../services/runtime/kafka/admin.ts'
import { kafkaConnection } from '../../../services/runtime/kafka/connection.ts'
import { readAll, type PlacedRecord } from '../../../services/runtime/kafka/read-all.ts'
import { names } from '../../../services/runtime/names.ts'
import { testHub, type TestHub } from '../../../test/hub.ts'
import { makeFeed, type FeedRecord } from './feed.ts'
import type { Manifest } from './manifest.ts'
import { sourceNames, sources } from './sources.ts'

const main = join(import.meta.dirname, 'main.ts')

async function emptyHub(name: string) {
  const hub = testHub(name), { topic } = names(hub.name), kafka = kafkaConnection(hub.kafka)
  await new Admin(kafka).ensureTopics(sourceNames.map((source) => ({ topic: topic(sources[source].topic), partitions: 4 })))
  const all = async () => (await Promise.all(sourceNames.map((source) => readAll(kafka.control, topic(sources[source].topic))))).flat()
  return { hub, kafka, all, [Symbol.asyncDispose]: () => kafka.close() }
}

function feed(hub: TestHub, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...hub.env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { output += text })
  return { stop: () => child.kill('SIGTERM'), ended: once(child, 'close').then(([code]) => ({ code: code as number, output })) }
}

/** What each key saw, in its order. */
const byKey = (records: Iterable<{ key: Buffer | null; value: Buffer | null }>): Map<string, string[]> => {
  const seen = new Map<string, string[]>()
  for (const { key, value } of records) {
    const name = String(key), list = seen.get(name) ?? []
    seen.set(name, list)
    list.push(value === null ? 'tombstone' : value.toString('base64'))
  }
  return seen
}
const sameForEachKey = (found: readonly PlacedRecord[], sent: Iterable<FeedRecord>) => expect(byKey(found.map(({ record }) => record))).toEqual(byKey(sent))

test('two runs in a row send what one run sends: each record once, in the order of its key', async () => {
  await using it = await emptyHub('feed')
  const events = join(it.hub.folder, 'events.jsonl'), manifest = join(it.hub.folder, 'manifest.json'), same = ['--seed', 'two runs', '--bad', '0.02']
  expect(await feed(it.hub, ...same, '--count', '3000').ended).toMatchObject({ code: 0 })
  expect(await feed(it.hub, ...same, '--start', '3000', '--count', '2000', '--events', events, '--manifest', manifest).ended).toMatchObject({ code: 0 })
  const whole = makeFeed({ seed: 'two runs', bad: 0.02 })
  sameForEachKey(await it.all(), [...whole.take(5_000)])
  expect(JSON.parse(readFileSync(manifest, 'utf8'))).toEqual(whole.manifest())
  const lines = readFileSync(events, 'utf8').trimEnd().split('\n')
  expect(lines).toHaveLength(2_000)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ n: 3_000 })
})

test('with a rate each record carries the time at which it was meant to be sent', async () => {
  await using it = await emptyHub('feed-rate')
  const began = Date.now()
  expect(await feed(it.hub, '--seed', 'rate', '--rate', '1000', '--count', '2000').ended).toMatchObject({ code: 0 })
  const times = (await it.all()).map(({ record }) => record.timestamp).sort((a, b) => a - b)
  expect(times).toHaveLength(2_000)
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(1_999)
  expect(times[0]).toBeGreaterThanOrEqual(began)
})

test('a feed that is stopped ends with the manifest of what it did send', async () => {
  await using it = await emptyHub('feed-stopped')
  const file = join(it.hub.folder, 'manifest.json')
  const running = feed(it.hub, '--rate', '500', '--manifest', file)
  while ((await it.all()).length < 100) await sleep(100)
  running.stop()
  expect(await running.ended).toMatchObject({ code: 0 })
  expect((JSON.parse(readFileSync(file, 'utf8')) as Manifest).sent).toBe((await it.all()).length)
})

test('a wrong option ends with 2, brokers that do not answer with 1, both with a reason', async () => {
  const hub = testHub('feed-wrong')
  expect(await feed(hub, '--source', 'nowhere').ended).toMatchObject({ code: 2, output: expect.stringContaining('There is no source nowhere.') as string })
  expect(await feed(hub, '--brokers', '127.0.0.1:1', '--count', '1').ended).toMatchObject({ code: 1, output: expect.stringContaining('127.0.0.1:1') as string })
})
