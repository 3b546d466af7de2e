import { HttpException } from '@nestjs/common'
import { fingerprint } from '../../../canonical/fingerprint.ts'
import { parseEffectKey } from '../../../canonical/key.ts'
import { modelNames, type ModelName } from '../../../canonical/models.generated.ts'
import { Refused } from '../../../canonical/refused.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { RecordQuery, RecordWay } from '../api/record.schema.ts'
import { declared } from '../declared.ts'
import { headOf as findingHead } from '../findings/list.ts'
import { headOf } from '../rejections/list.ts'
import { trouble } from '../trouble.ts'
import { type Found, lookBack } from './look-back.ts'

const withinMs = 3_000
const usual = 100_000

/** The whole way of one record, from its source to each target, with what was refused and found on it. Values are not shown. */
export async function recordWay({ cluster, ledger, names, registry }: { readonly cluster: Cluster; readonly ledger: Ledger; readonly names: Names; readonly registry: Registry }, { id, model, before, last }: RecordQuery): Promise<RecordWay> {
  const { entity, models } = askedFor(id, model), until = performance.now() + withinMs
  const ends = new Map((before ?? '').split(',').filter((it) => it !== '').map((it) => [it.slice(0, it.lastIndexOf(':')), Number(it.slice(it.lastIndexOf(':') + 1))] as const))
  const found = await Promise.all(models.filter((it) => before === undefined || ends.has(it)).map((it) => lookBack({ cluster, names, registry }, it, entity, { before: ends.get(it) ?? null, last: Number(last ?? usual), until })))
  const left = found.filter(({ looked }) => looked.from > looked.earliest), states = found.flatMap((it) => it.states).toSorted((a, b) => b.writtenAt.localeCompare(a.writtenAt))
  return {
    entity, looked: found.map(({ looked }) => looked), before: left.length === 0 ? null : left.map(({ looked }) => `${looked.model}:${looked.from}`).join(','),
    states: await Promise.all(states.map((it) => withReceipts(ledger, it))), rejections: await rejectionsOf(ledger, entity, states),
    findings: (await ledger.finding.findMany({ where: { entity }, orderBy: { lastSeen: 'desc' }, take: 100 })).map(findingHead),
  }
}

function askedFor(id: string, model: string | undefined): { readonly entity: string; readonly models: readonly ModelName[] } {
  if (model !== undefined && !(modelNames as readonly string[]).includes(model)) throw new HttpException(trouble('console.not_understood', `there is no model ${model}; there are ${modelNames.join(', ')}`), 400)
  if (id.includes('#')) try { const key = parseEffectKey(id); return { entity: key.entity, models: [key.model] } } catch (error) { if (!(error instanceof Refused)) throw error }
  return { entity: id, models: model === undefined ? modelNames : [model as ModelName] }
}

/** Which receipts cover the record, on either side. */
async function withReceipts(ledger: Ledger, it: Found): Promise<RecordWay['states'][number]> {
  const over = async (stage: string, unit: string, { topic, partition, offset }: { topic: string; partition: number; offset: number }) => {
    const [receipt] = await ledger.$queryRaw<{ at: Date; next: bigint }[]>`
      select at, next_offset as next from receipt where stage = ${stage} and unit = ${unit} and topic = ${topic} and partition = ${partition} and from_offset <= ${offset}::bigint order by from_offset desc, revision limit 1`
    return receipt !== undefined && Number(receipt.next) > offset ? receipt.at.toISOString() : null
  }
  const source = declared.sources.find(({ card }) => card.name === it.source), fingerprints = source?.source.kinds.flatMap(({ gives }) => gives.map(fingerprint))
  return {
    ...it, translatedAt: it.origin === null || it.source === null ? null : await over('translate', it.source, it.origin),
    mappingIs: it.mapping === null || fingerprints === undefined ? 'unknown' : fingerprints.includes(it.mapping) ? 'today' : 'earlier',
    targets: await Promise.all(declared.targets.filter(({ models }) => (models as readonly string[]).includes(it.model)).map(async ({ name }) => ({ target: name, at: await over('deliver', name, it.canonical) }))),
  }
}

async function rejectionsOf(ledger: Ledger, entity: string, states: readonly Found[]): Promise<RecordWay['rejections']> {
  const origins = states.flatMap(({ origin }) => (origin === null ? [] : [`${origin.topic}/${origin.partition}/${origin.offset}/TRANSLATE`]))
  const rows = await ledger.rejection.findMany({ where: { OR: [{ entity }, { id: { in: origins } }] }, orderBy: { at: 'desc' }, take: 100 })
  const claims = await ledger.redrive.findMany({ where: { rejection: { in: rows.map(({ id }) => id) } }, select: { command: true, rejection: true, outcome: true } })
  const commands = new Map((await ledger.command.findMany({ where: { id: { in: claims.map(({ command }) => command) } } })).map((it) => [it.id, it]))
  return rows.map((row) => ({
    ...headOf(row),
    redrives: claims.filter(({ rejection }) => rejection === row.id).flatMap(({ command, outcome }) => {
      const it = commands.get(command)
      return it === undefined ? [] : [{ act: it.act, actor: it.actor, at: it.at.toISOString(), outcome }]
    }).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  }))
}
