import { tablesOf } from '../../../canonical/rules.ts'
import type { Names } from '../../runtime/names.ts'
import { canonicalTopic, hubTopics, sourceTopics, tableTopic, targetTopics, type TopicSpec } from '../../runtime/topics.ts'
import { type Declared, declaredRoutes } from '../../../canonical/declared-route.ts'

export interface TopicUse extends TopicSpec { readonly writers: readonly string[]; readonly readers: readonly string[] }

/** Every topic of the hub, with the programs that write and read it. */
export function topicUses(declared: Declared, names: Names): TopicUse[] {
  const routes = declaredRoutes(declared)
  const models = Object.values(declared.models)
  const of = (specs: readonly TopicSpec[], use: (spec: TopicSpec) => { writers: string[]; readers: string[] }): TopicUse[] => specs.map((spec) => ({ ...spec, ...use(spec) }))
  const once = (all: readonly string[]) => [...new Set(all)]
  // Who lets go what has waited says so to itself.
  const strict = (which: readonly string[]) => models.some(({ model, kind }) => kind === 'strict' && which.includes(model))
  const sources = declared.sources.flatMap(({ card, source }) => {
    const translator = `translator (${card.name})`
    const uses = new Map([
      [names.topic(card.topic), { writers: [card.system], readers: [translator, 'reconciler'] }],
      [names.rejected(card.name), { writers: [translator], readers: ['reconciler'] }],
      [names.redriveSource(card.name), { writers: ['reconciler', ...(strict(source.kinds.flatMap(({ gives }) => gives.map(({ model }) => model))) ? [translator] : [])], readers: [translator] }],
      [names.state(card.name), { writers: [translator], readers: [translator] }],
    ])
    return of(sourceTopics(names, card), ({ topic }) => uses.get(topic) ?? nobody)
  })
  const tables = tablesOf(declared.sources.flatMap(({ source }) => source.ruled ?? [])).map((table) => ({
    ...tableTopic(names, table), writers: [table.owner], readers: declared.sources.filter(({ source }) => tablesOf(source.ruled ?? []).includes(table)).map(({ card }) => `translator (${card.name})`),
  }))
  const canonical = models.flatMap((card) => of([canonicalTopic(names, card)], () => ({
    writers: once(routes.filter(({ model }) => model.model === card.model).map(({ source }) => `translator (${source.name})`)),
    readers: [...declared.targets.filter((target) => target.models.includes(card.model)).map(({ name }) => `sink (${name})`), 'reconciler', 'subscribers'],
  })))
  const targets = declared.targets.flatMap((card) => of(targetTopics(names, card, models), ({ topic }) =>
    (topic === names.rejected(card.name) ? { writers: [`sink (${card.name})`], readers: ['reconciler'] } : { writers: ['reconciler', ...(strict(card.models.filter((model) => topic === names.redriveTarget(card.name, model))) ? [`sink (${card.name})`] : [])], readers: [`sink (${card.name})`] })))
  const everybody = ['translator', 'sinks']
  const own = new Map([
    [names.receipts, { writers: everybody, readers: ['reconciler'] }],
    [names.states, { writers: everybody, readers: ['reconciler'] }],
    [names.commands, { writers: ['console'], readers: everybody }],
  ])
  return [...sources, ...tables, ...canonical, ...targets, ...of(hubTopics(names), ({ topic }) => own.get(topic) ?? nobody)]
}

const nobody = { writers: [], readers: [] }

/** How long records are kept, as the topic is declared. */
export function retentionOf(config: Readonly<Record<string, string>>): string {
  if (config['cleanup.policy'] === 'compact') return 'last per key'
  const ms = config['retention.ms']
  if (ms === undefined) return 'as the brokers say'
  return ms === '-1' ? 'for ever' : `${Number(ms) / 3_600_000} h`
}
