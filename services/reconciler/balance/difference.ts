import { textOfUnscaled } from '../../../canonical/decimal-sum.ts'
import { blockSize } from '../../runtime/books.ts'
import { type Found, markOf } from '../findings/finding.ts'
import { type Imbalance, valueOf } from './block-balance.ts'
import type { Look, Settled } from './look.ts'
import type { BlockKey } from './snapshot.ts'

/** What is told of a block that is settled and differs: one finding for each model of a target, one for the source itself. */
export function differences({ it: { topic, partition, block }, of: { source }, target, found, passedOver }: Settled): Found[] {
  const place = { source, topic, partition, block, from: block * blockSize, next: (block + 1) * blockSize }, where = `block ${block} of ${topic}/${partition}`
  return [...Map.groupBy(found, ({ model }) => model)].map(([model, these]) => ({
    ...causeOf({ topic, partition, block }, source, target, model), model, entity: null, place,
    fields: these.flatMap((one) => one.differs.map((what) => ({ field: `${one.between}: ${what}`, hub: valueOf(one.should, what), there: valueOf(one.is, what) }))),
    says: [...these.map((one) => sentence(one, source, where)), ...(passedOver.get(model ?? '') ?? []).map((range) => `${target} went on behind ${range}.`)].join(' '), mark: markOfDifference(these),
  }))
}

function sentence({ target, model, between, should, is, differs }: Imbalance, source: string, where: string): string {
  const what = should.count === is.count ? `${should.count} in number and another set (${differs.join(', ')})` : `${is.count}`
  if (target === '') return `Of ${should.count} records of ${source} that were read in ${where}, the outcomes of ${what} are known.`
  if (between === 'arrived') return `${where} has given ${should.count} records of ${model}; ${target} has read ${what}${should.count > is.count ? `: ${should.count - is.count} never arrived` : ''}.`
  return `Of ${should.count} records of ${model} from ${where} that ${target} has read, the outcomes of ${what} are known.`
}

/** Offsets of a source that no receipt of the translator accounts for, though later ones are. */
export function missing({ of: { source, topic }, partition, gap: { from, next } }: Look['gaps'][number]): Found {
  return {
    kind: 'balance.source', unit: source, model: null, entity: null, about: `${topic}/${partition} from ${from}`, place: { source, topic, partition, block: Math.floor(from / blockSize), from, next }, fields: [],
    says: `No receipt accounts for the offsets ${from} to ${next - 1} of ${topic}/${partition}, though later ones do.`, mark: markOf(`${from} ${next}`),
  }
}

/** What a difference is known by: of what kind, at whom, about which block and model. */
export const causeOf = ({ topic, partition, block }: BlockKey, source: string, target: string, model: string | null): Pick<Found, 'kind' | 'unit' | 'about'> =>
  ({ kind: target === '' ? 'balance.source' : 'balance.target', unit: target === '' ? source : target, about: `${topic}/${partition}/${block}/${model ?? ''}` })

/** Made of what lies between both sides, not of the sides: what is added to both leaves the difference as it is. */
export const markOfDifference = (these: readonly Imbalance[]): string => markOf(...these.map(({ between, should, is }) => {
  const totals = [...new Set([...should.totals.keys(), ...is.totals.keys()])].sort().map((name) => [name, (should.totals.get(name) ?? 0n) - (is.totals.get(name) ?? 0n)] as const)
  return [between, should.count - is.count, BigInt.asUintN(64, should.hash - is.hash), ...totals.filter(([, left]) => left !== 0n).map(([name, left]) => `${name} ${textOfUnscaled(left)}`)].join(' ')
}))
