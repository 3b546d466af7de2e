import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { registerSchemas } from '../../../deploy/local/provision.ts'
import { names } from '../../../services/runtime/names.ts'
import { canonicalTopic, hubTopics, sourceTopics, type TopicSpec } from '../../../services/runtime/topics.ts'
import { benchCard, type BenchSource } from '../source/card.ts'
import type { BenchStack } from './bench-stack.ts'

export const hub = names('')
export const canonical = hub.canonical('order.v1')

/** Topics and schemas that the translator needs for these sources, made anew where they belong to one run only. */
export async function provide(stack: BenchStack, sources: readonly BenchSource[], partitions: number): Promise<void> {
  const wanted: readonly TopicSpec[] = [
    ...hubTopics(hub), ...sources.flatMap((it) => sourceTopics(hub, benchCard(it))), canonicalTopic(hub, { ...modelCards['order.v1'], partitions }),
  ]
  const there = new Set((await stack.admin.listTopics()).map((it) => it.topic))
  await stack.admin.ensureTopics(wanted.filter((it) => !sources.some(({ topic }) => topic === it.topic && there.has(topic))))
  await registerSchemas(stack.registryUrl, '', wanted)
}

/** Forgets what a run wrote, but not what it read. */
export async function forget(stack: BenchStack, sources: readonly BenchSource[], more: readonly string[] = []): Promise<void> {
  await stack.admin.deleteTopics([...sources.flatMap(({ name }) => [hub.rejected(name), hub.redriveSource(name), hub.state(name)]), hub.receipts, hub.states, ...more])
}
