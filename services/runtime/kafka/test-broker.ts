// One real broker in a temporary folder, for the tests of this room. Jars: HUB_KAFKA_JARS; Java: HUB_JAVA, else the newest beside /usr/lib/jvm.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type KafkaConnection, kafkaConnection } from './connection.ts'

const jars = process.env['HUB_KAFKA_JARS'] ?? join(tmpdir(), 'jars', 'kafka')

export interface TestBroker { readonly brokers: string[]; readonly process: () => ChildProcess; stop(): Promise<void>; kill(): Promise<void>; start(): Promise<void> }

export async function startBroker(extra: Readonly<Record<string, string>> = {}): Promise<TestBroker> {
  if (!existsSync(jars)) throw new Error(`no Kafka jars in ${jars}; set HUB_KAFKA_JARS`)
  const folder = mkdtempSync(join(tmpdir(), 'hub-broker-'))
  const [port, controllerPort] = [await freePort(), await freePort()]
  const settings = {
    'process.roles': 'broker,controller', 'node.id': '1', 'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`, 'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER', 'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT', 'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false', 'default.replication.factor': '1', 'min.insync.replicas': '1',
    'offsets.topic.replication.factor': '1', 'offsets.topic.num.partitions': '4', 'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1', 'transaction.state.log.num.partitions': '4', 'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1', 'group.initial.rebalance.delay.ms': '0', 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '1000',
    'log.cleaner.dedupe.buffer.size': '4194304', 'log.segment.bytes': '16777216', ...extra,
  }
  const file = join(folder, 'server.properties')
  writeFileSync(file, Object.entries(settings).map(([name, value]) => `${name}=${value}\n`).join(''))
  writeFileSync(join(folder, 'log4j2.properties'), 'rootLogger.level=error\n')
  const java = javaBinary()
  const options = ['-Xms96m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dlog4j2.configurationFile=${join(folder, 'log4j2.properties')}`, '-cp', join(jars, '*')]
  execFileSync(java, [...options, 'kafka.tools.StorageTool', 'format', '-t', 'aHViLXRlc3QtYnJva2VyMQ', '-c', file], { stdio: 'ignore' })
  let child: ChildProcess
  const brokers = [`127.0.0.1:${port}`]
  const start = async () => {
    child = spawn(java, [...options, 'kafka.Kafka', file], { stdio: 'ignore' })
    await answering({ brokers })
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await new Promise((resolve) => { child.once('exit', resolve) })
  }
  await start()
  return {
    brokers, process: () => child, start, kill: () => end('SIGKILL'),
    stop: async () => { await end('SIGKILL'); rmSync(folder, { recursive: true, force: true }) },
  }
}

async function answering({ brokers }: { brokers: string[] }): Promise<void> {
  const kafka: KafkaConnection = kafkaConnection({ brokers, clientId: 'test-broker' })
  try {
    for (const deadline = Date.now() + 30_000; ;) {
      try {
        const metadata = await kafka.control.ask([])
        if (metadata.brokers.size > 0) return
      } catch (error) {
        if (Date.now() > deadline) throw error
      }
      await sleep(50)
    }
  } finally {
    await kafka.close()
  }
}

function javaBinary(): string {
  const given = process.env['HUB_JAVA']
  if (given !== undefined) return given
  const home = '/usr/lib/jvm'
  const found = existsSync(home) ? readdirSync(home).map((name) => ({ bin: join(home, name, 'bin', 'java'), version: Number(/(\d+)/.exec(name)?.[1]) })) : []
  return found.filter((it) => existsSync(it.bin)).sort((a, b) => b.version - a.version)[0]?.bin ?? 'java'
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
