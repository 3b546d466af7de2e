import { join } from 'node:path'
import avsc from 'avsc'
import { launch } from '../../../deploy/local/process.ts'
import { project } from '../../../deploy/local/project.ts'
import type { Bench } from '../bench.ts'
import { checkTopic } from '../measure/check-topic.ts'
import { drained } from '../measure/drain.ts'
import { drainedValues } from '../measure/drained-values.ts'
import { schema } from '../rivals/stock-kafkajs/schema.ts'
import type { Contestant } from '../rounds.ts'
import { partitions, type Facts } from '../workload/source-topic.ts'

let runs = 0
/** kafkajs and its registry client as they come, a process of its own. */
export function stockKafkajs(bench: Bench, facts: Facts): Contestant {
  const { stack } = bench, order = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema)
  return {
    name: 'stock-kafkajs', guarantee: 'exactly once by transactions; no contract, no books, no dead letters, no metrics',
    async run() {
      const run = ++runs, out = `stock.out.${run}`, group = `stock-kafkajs-${run}`
      await stack.admin.ensureTopics([{ topic: out, partitions }])
      const program = await launch({
        name: 'stock-kafkajs', stage: 'program', command: process.execPath, args: [join(project, 'dist', 'test', 'bench', 'rivals', 'stock-kafkajs', 'main.js')],
        log: join(stack.scratch('logs'), `stock-kafkajs-${run}.log`), cwd: project,
        env: { ...process.env, NODE_ENV: 'production', KAFKA: stack.brokers, REGISTRY: stack.registryUrl, TOPIC: facts.topic, OUT: out, GROUP: group },
      })
      const result = await drained({
        records: facts.n, limitMs: 600_000, progress: async () => ({ at: await stack.handled([group]), end: facts.n }),
        watched: stack.watched([program]), alive: () => stack.mustRun(program), say: (done) => bench.tick(done, facts.n),
      }).finally(() => program.stop())
      await checkTopic(stack, out, { records: facts.n, keys: facts.keys }, ({ value }) => (order.decode(value!, 5).value as { version: number }).version)
      await stack.admin.deleteTopics([out])
      return drainedValues(result)
    },
  }
}
