import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Java } from './java.ts'
import type { Jars } from './jars.ts'
import { freePort } from './ports.ts'
import { launch, type Running } from './process.ts'
import { run } from './run.ts'

export interface KafkaOptions {
  java: Java
  jars: Jars
  /** Where the data lie; formatted when empty. */
  folder: string
  log: string
  port?: number | undefined
  controllerPort?: number | undefined
  /** More broker settings, or other values for ours. */
  settings?: Readonly<Record<string, string | number>> | undefined
  /** Writes the class archive that makes the next start faster; one writer at a time. */
  archive?: 'write' | 'read' | undefined
  heap?: string | undefined
  /** For a broker that runs long: the JVM compiles as thoroughly as it can, which makes the start slower. */
  thorough?: boolean | undefined
  /** Users that log in with SCRAM, as StorageTool wants them: `SCRAM-SHA-512=[name=hub,password=…]`. */
  users?: readonly string[] | undefined
}

export interface Broker extends Running { readonly port: number; readonly brokers: string }

const LOGGING = fileURLToPath(new URL('./log4j2.properties', import.meta.url))

/** One broker that is its own controller. */
export async function startKafka(options: KafkaOptions): Promise<Broker> {
  const port = options.port ?? await freePort()
  const controller = options.controllerPort ?? await freePort()
  return startBroker({ ...options, port, node: 1, voters: `1@127.0.0.1:${controller}`, replication: 1 })
}

/** Several brokers with replication; each can be stopped and, with `again`, started at the same port and data. */
export async function startKafkaCluster(options: Omit<KafkaOptions, 'port' | 'controllerPort'>, count = 3) {
  const nodes = await Promise.all(Array.from({ length: count }, async (_, i) => ({ node: i + 1, port: await freePort(), controller: await freePort() })))
  const voters = nodes.map((n) => `${n.node}@127.0.0.1:${n.controller}`).join(',')
  const cluster = randomBytes(16).toString('base64url')
  const again = (n: { node: number; port: number }) => startBroker({
    ...options, ...n, voters, cluster, replication: count, folder: join(options.folder, `${n.node}`), log: `${options.log}.${n.node}`,
    settings: { 'replica.lag.time.max.ms': 5000, ...options.settings },
  })
  const brokers = await Promise.all(nodes.map(again))
  return { brokers, address: nodes.map((n) => `127.0.0.1:${n.port}`).join(','), again: (index: number) => again(nodes[index] ?? never(index)) }
}

function never(index: number): never { throw new RangeError(`there is no broker ${index}`) }

type BrokerOptions = KafkaOptions & { port: number; node: number; voters: string; replication: number; cluster?: string }

async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port, folder } = options
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'server.properties')
  writeFileSync(file, Object.entries(settings(options)).map(([name, value]) => `${name}=${value}\n`).join(''))
  if (!existsSync(join(folder, 'log', 'meta.properties'))) await format(options, file)
  const running = await launch({
    name: 'Kafka', stage: 'server', command: options.java.command, log: options.log, cwd: folder, ready: () => answersKafka(port), stopWithin: 4_000,
    args: [...jvm(options), 'kafka.Kafka', file],
  })
  return { ...running, port, brokers: `127.0.0.1:${port}` }
}

function jvm({ jars, java, heap = '256m', archive = 'read', thorough = false }: KafkaOptions): string[] {
  const classes = join(jars.folder, `kafka-java${java.major}.jsa`)
  return [
    '-Xms128m', `-Xmx${heap}`, '-XX:+UseSerialGC', ...(thorough ? [] : ['-XX:TieredStopAtLevel=1']), '-Xlog:disable', '-Xlog:all=error:stderr', '-Xshare:auto',
    ...(archive === 'write' ? ['-XX:+AutoCreateSharedArchive', `-XX:SharedArchiveFile=${classes}`] : existsSync(classes) ? [`-XX:SharedArchiveFile=${classes}`] : []),
    `-Dlog4j2.configurationFile=${LOGGING}`, '-cp', join(jars.kafka, '*'),
  ]
}

async function format(options: BrokerOptions, file: string): Promise<void> {
  const cluster = options.cluster ?? randomBytes(16).toString('base64url')
  // In one word: an id may begin with a hyphen.
  const args = [...jvm({ ...options, archive: 'read' }), 'kafka.tools.StorageTool', 'format', `--cluster-id=${cluster}`, '-c', file, ...(options.users ?? []).flatMap((user) => ['--add-scram', user])]
  await run(options.java.command, args, "Kafka's data folder could not be formatted")
}

function settings({ port, node, voters, replication, folder, settings: own }: BrokerOptions): Record<string, string | number> {
  const controller = new RegExp(`(?:^|,)${node}@([^,]+)`).exec(voters)?.[1]
  const inSync = Math.max(1, replication - 1)
  return {
    'process.roles': 'broker,controller', 'node.id': node, 'controller.quorum.voters': voters,
    'listeners': `PLAINTEXT://127.0.0.1:${port},CONTROLLER://${controller}`, 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER', 'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(folder, 'log'), 'log.segment.bytes': 16777216, 'log.retention.hours': -1, 'log.cleaner.dedupe.buffer.size': 4194304,
    'auto.create.topics.enable': 'false', 'default.replication.factor': replication, 'min.insync.replicas': inSync,
    'offsets.topic.num.partitions': 4, 'offsets.topic.replication.factor': replication,
    'transaction.state.log.num.partitions': 4, 'transaction.state.log.replication.factor': replication, 'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.num.partitions': 1, 'share.coordinator.state.topic.replication.factor': replication, 'share.coordinator.state.topic.min.isr': inSync,
    'broker.session.timeout.ms': 4000, 'broker.heartbeat.interval.ms': 1000,
    'group.initial.rebalance.delay.ms': 0, 'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
    'offsets.retention.minutes': 5256000, ...own,
  }
}

// ApiVersions v0 without a client id: the smallest request that only a broker in service answers.
const QUESTION = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255])

function answersKafka(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(QUESTION))
    const end = (yes: boolean) => { socket.destroy(); done(yes) }
    socket.once('data', () => end(true)).once('error', () => end(false)).once('close', () => end(false)).setTimeout(1_000, () => end(false))
  })
}
