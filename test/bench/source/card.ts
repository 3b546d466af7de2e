import { sourceCard, type SourceCard } from '../../../canonical/card.ts'

/** A source of a run: its own name, so that groups and positions of two runs never meet, and the topic that everybody reads. */
export interface BenchSource { readonly name: string; readonly topic: string; readonly partitions: number }

export const benchCard = ({ name, topic, partitions }: BenchSource): SourceCard => sourceCard({
  name, topic, partitions,
  says: 'Orders of the shop that all contestants read.',
  system: 'The generator of the benchmark',
  owner: 'Benchmarks',
  steward: 'Benchmarks',
  onCall: 'benchmarks@tributary.example',
  tolerance: 'PT5M',
  cadence: 'PT1H',
  version: 'position',
  runbook: 'test/bench/README.md',
  review: '2027-05-31',
})
