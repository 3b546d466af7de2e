import { Environment } from '../../services/runtime/failure.ts'
import { migrate } from '../../services/runtime/ledger/migrate.ts'
import { common, kafkaSettings, readSettings, SettingsWrong } from '../../services/runtime/settings.ts'
import { targets } from '../../services/sink/targets/index.generated.ts'
import { build } from './build.ts'
import { writeEndpoints, type Endpoints } from './endpoints.ts'
import { fillTables } from './fill-tables.ts'
import { checkTools, given, Infrastructure } from './infrastructure.ts'
import { readOptions, usage, UsageError, type Options } from './options.ts'
import { killAll, LaunchFailed, stopAll } from './process.ts'
import { startFeed, startPrograms } from './programs.ts'
import { dataFolder as data } from './project.ts'
import { createTopics, registerSchemas, wantedTopics } from './provision.ts'
import { leaveFolder, runningPid, takeFolder } from './running.mjs'
import { CommandFailed } from './run.ts'
import { LiveStatus } from './status.ts'
import { Steps } from './steps.ts'
import { CannotStart } from './tools.ts'

const began = Date.now()
const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(1)} s`
const steps = new Steps()
let stopping: Promise<void> | undefined
let status: LiveStatus | undefined

try {
  const options = readOptions(process.argv.slice(2))
  if (options) await start(options)
  else process.stdout.write(usage)
} catch (error) {
  if (error instanceof UsageError) { console.error(`${error.message}\n\n${usage}`); process.exit(2) }
  // What fails because it is being stopped needs no words.
  if (!stopping) console.error(`\n✗ ${inWords(error)}`)
  if (error instanceof CannotStart) process.exit(1)
  await stop(1)
}

/** What was expected to happen some day is said in words; only a bug shows where it stands. */
function inWords(error: unknown): string {
  const expected = error instanceof CannotStart || error instanceof LaunchFailed || error instanceof CommandFailed || error instanceof Environment || error instanceof SettingsWrong
  return expected ? error.message : (error as Error).stack ?? String(error)
}

async function start(options: Options): Promise<void> {
  const at = given()
  checkTools(at)
  if (!takeFolder(data)) throw new CannotStart(`The local stack already runs (process ${runningPid(data)}). npm run hub -- status shows it.`)
  stopOnSignals()
  const building = options.only === 'infra' ? undefined : steps.run('Programs', () => build(), ({ compiled }) => (compiled ? 'compiled to dist/' : 'dist/ is up to date'))
  const endpoints = await new Infrastructure(data, at, steps).start()
  writeEndpoints(data, endpoints)
  await provide(endpoints)
  if (!building) return ready('Ctrl-C stops it.')
  const { problems } = await building
  if (problems !== '') steps.note(`  The compiler complains, see .hub/logs/build.log; what it wrote is used all the same.`)
  const programs = await startPrograms(data, endpoints, targets.map(({ card }) => card.name), steps)
  if (options.samples) await steps.run('Sample feed', () => startFeed(data, endpoints), () => '20 records a second, one in a hundred of them bad')
  ready('npm run hub -- status shows in a second terminal what follows here.', `Console  ${endpoints.console}\nToken    ${endpoints.token}`)
  status = new LiveStatus(endpoints, programs)
  status.start()
}

function ready(...how: string[]): void { steps.note([`\nReady after ${seconds()}. Logs, endpoints and data lie in ${data}.`, ...how].join('\n')) }

/** Tables, topics and schemas: made where they are missing. */
async function provide(endpoints: Endpoints): Promise<void> {
  const kafka = kafkaSettings(readSettings(common, { ...process.env, HUB_KAFKA_BROKERS: endpoints.kafka }), 'local')
  const hub = process.env['HUB_NAME'] ?? ''
  const wanted = wantedTopics(hub)
  await Promise.all([
    steps.run('Ledger', () => migrate(endpoints.ledger), (applied) => (applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date')),
    steps.run('Topics', () => createTopics(kafka, wanted).then(() => fillTables(kafka, hub)), () => `${wanted.length}, as the cards ask for them`),
    steps.run('Schemas', () => registerSchemas(endpoints.registry, hub, wanted), (count) => `${count} subjects`),
  ])
}

function stopOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) { console.error('Killing what is left.'); killAll(); leaveFolder(data); process.exit(130) }
      void stop(0)
    })
  }
  // npm is the one that gets a kill meant for us; without it nobody could stop us from the terminal.
  const parent = process.ppid
  setInterval(() => { if (process.ppid !== parent && !stopping) void stop(0) }, 1_000).unref()
  process.stdout.on('error', () => { void stop(0) })
}

/** Stops everything in order and ends this process. */
function stop(code: number): Promise<void> {
  return stopping ??= (async () => {
    const from = Date.now()
    status?.stop()
    steps.note('\nStopping: feed, programs, broker and registry, database. (Ctrl-C again kills.)')
    await stopAll((running) => steps.note(`✓ ${running.name} stopped (${((Date.now() - from) / 1000).toFixed(1)} s)`))
    leaveFolder(data)
    process.exit(code)
  })()
}
