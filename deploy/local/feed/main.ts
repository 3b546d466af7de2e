import { writeFileSync } from 'node:fs'
import { kafkaConnection } from '../../../services/runtime/kafka/connection.ts'
import { Producer } from '../../../services/runtime/kafka/producer.ts'
import { names } from '../../../services/runtime/names.ts'
import { common, kafkaSettings, readSettings } from '../../../services/runtime/settings.ts'
import { readEndpoints } from '../endpoints.ts'
import { dataFolder } from '../project.ts'
import { runningPid } from '../running.mjs'
import { eventsFile } from './events-file.ts'
import { makeFeed } from './feed.ts'
import { readOptions, usage, UsageError, type Options } from './options.ts'
import { makeProgress } from './progress.ts'
import { sendSamples } from './samples.ts'
import { sendFeed } from './send.ts'
import { summary } from './summary.ts'

try {
  const options = readOptions(process.argv.slice(2))
  if (options) await run(options)
  else process.stdout.write(usage)
} catch (error) {
  if (error instanceof UsageError) { console.error(`${error.message}\n\n${usage}`); process.exit(2) }
  console.error(`The feed could not go on: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}

async function run(options: Options): Promise<void> {
  const brokers = options.brokers ?? process.env['HUB_KAFKA_BROKERS'] ?? ofRunningStack()
  if (brokers === undefined) throw new UsageError('No Kafka is known: start the stack (npm start), or give --brokers or HUB_KAFKA_BROKERS.')
  const settings = readSettings(common, { ...process.env, HUB_KAFKA_BROKERS: brokers })
  const kafka = kafkaConnection(kafkaSettings(settings, 'feed'))
  if (options.samples !== undefined) {
    try { process.stdout.write(await sendSamples(options.samples, new Producer(kafka), names(settings.hubName).topic)) } finally { await kafka.close() }
    return
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const feed = makeFeed(options)
  const events = options.events === undefined ? undefined : eventsFile(options.events, options.start)
  const progress = makeProgress(options.count)
  try {
    for (const _ of feed.take(options.start)) if (stop.signal.aborted) break
    await sendFeed({
      feed, producer: new Producer(kafka), topic: names(settings.hubName).topic, count: options.count, rate: options.rate,
      signal: stop.signal, each: (record) => events?.add(record), progress: progress.show,
    })
  } finally {
    progress.end()
    events?.close()
    await kafka.close()
  }
  const manifest = feed.manifest()
  process.stdout.write(summary(manifest))
  if (options.manifest !== undefined) writeFileSync(options.manifest, `${JSON.stringify(manifest, null, 2)}\n`)
}

// A stack that has stopped leaves its endpoints behind, and another may have its ports by now: never send there.
function ofRunningStack(): string | undefined {
  return runningPid(dataFolder) === undefined ? undefined : readEndpoints(dataFolder)?.kafka
}
