import { blockSize } from '../../runtime/books.ts'
import { type Found, markOf } from '../findings/finding.ts'
import { type Imbalance, valueOf } from './block-balance.ts'
import type { Look, Settled } from './look.ts'

/** What is told of a block that is settled and differs: one finding for each model of a target, one for the source itself. */
export function differences({ it: { topic, partition, block }, of: { source }, target, found }: Settled): Found[] {
  const place = { source, topic, partition, block, from: block * blockSize, next: (block + 1) * blockSize }, where = `block ${block} of ${topic}/${partition}`
  return [...Map.groupBy(found, ({ model }) => model)].map(([model, these]) => ({
    kind: target === '' ? 'balance.source' : 'balance.target', unit: target === '' ? source : target, model, entity: null, about: aboutOf(topic, partition, block, model), place,
    fields: these.flatMap((one) => one.differs.map((what) => ({ field: `${one.between}: ${what}`, hub: valueOf(one.should, what), there: valueOf(one.is, what) }))),
    says: these.map((one) => sentence(one, source, where)).join(' '), mark: markOf(...these.flatMap((one) => one.differs.map((what) => `${one.between} ${what} ${valueOf(one.should, what)} ${valueOf(one.is, what)}`))),
  }))
}

function sentence({ target, model, between, should, is, differs }: Imbalance, source: string, where: string): string {
  const what = should.count === is.count ? `${should.count} in number and another set (${differs.join(', ')})` : `${is.count}`
  if (target === '') return `Of ${should.count} records of ${source} that were read in ${where}, the outcomes of ${what} are known.`
  if (between === 'arrived') return `${where} has given ${should.count} records of ${model}; ${target} has read ${what}.`
  return `Of ${should.count} records of ${model} from ${where} that ${target} has read, the outcomes of ${what} are known.`
}

/** Offsets of a source that no receipt of the translator accounts for, though later ones are. */
export function missing({ of: { source, topic }, partition, gap: { from, next } }: Look['gaps'][number]): Found {
  return {
    kind: 'balance.source', unit: source, model: null, entity: null, about: `${topic}/${partition} from ${from}`, place: { source, topic, partition, block: Math.floor(from / blockSize), from, next }, fields: [],
    says: `No receipt accounts for the offsets ${from} to ${next - 1} of ${topic}/${partition}, though later ones do.`, mark: markOf(`${from} ${next}`),
  }
}

export const aboutOf = (topic: string, partition: number, block: number, model: string | null): string => `${topic}/${partition}/${block}/${model ?? ''}`
