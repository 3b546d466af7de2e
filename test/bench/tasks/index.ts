import type { Task } from '../bench.ts'
import { audit } from './audit.ts'
import { backlog } from './backlog.ts'
import { books } from './books.ts'
import { costs } from './costs.ts'
import { endToEnd } from './end-to-end.ts'
import { idle } from './idle.ts'
import { latency } from './latency.ts'
import { million } from './million.ts'
import { peers } from './peers.ts'
import { pure } from './pure.ts'
import { recovery } from './recovery.ts'
import { scale } from './scale.ts'
import { sink } from './sink.ts'
import { translate } from './translate.ts'

export interface KnownTask { readonly says: string; readonly records: number; readonly run: Task }

export const tasks = {
  translate: { says: 'source topic to canonical topic, exactly once, beside Kafka Streams and stock kafkajs', records: 1_000_000, run: translate },
  pure: { says: 'the work of translating alone, in one process without Kafka', records: 40_000, run: pure },
  sink: { says: 'canonical topic to a table of PostgreSQL, exactly once, beside Kafka Connect with the Debezium sink', records: 1_000_000, run: sink },
  'end-to-end': { says: 'source topic to table, translator and sink at once', records: 500_000, run: endToEnd },
  latency: { says: 'from source record to row, at 1,000 records/s and at half of the maximum rate', records: 200_000, run: latency },
  recovery: { says: 'kill -9 of a translator: until the first record is through, by parts, and the pause of others', records: 2_000, run: recovery },
  backlog: { says: 'a quarter of a backlog and all of it, from source topic to table: time and memory', records: 1_000_000, run: backlog },
  scale: { says: '1, 2 and 4 translators; few and many sources and partitions in one', records: 500_000, run: scale },
  idle: { says: 'CPU and memory of each program while nothing arrives', records: 1_000, run: idle },
  costs: { says: 'what exactly once and telemetry cost: the same translator without them', records: 500_000, run: costs },
  peers: { says: 'every rival that the driver of HUB_BENCH_PEERS knows and that was built, beside ours', records: 1_000_000, run: peers },
  audit: { says: 'the audit of a table: as it was written, and with ten rows changed by hand', records: 1_250_000, run: audit },
  books: { says: 'the reconciler: what it costs a route, how it catches up after an absence, and how old verified through is at 2,000 records/s', records: 1_000_000, run: books },
  million: { says: 'the sample feed through the whole hub; fails when a total differs from its manifest', records: 1_000_000, run: million },
} satisfies Record<string, KnownTask>
export type TaskName = keyof typeof tasks
