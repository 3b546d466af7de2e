import type { PoolClient } from 'pg'
import type { Problem } from '../../../../canonical/rejected.ts'
import type { ModelName } from '../../../../canonical/models.generated.ts'
import type { Delivery, Verdict } from '../target.ts'

type Meta = Delivery['meta']
export type Answer = { readonly outcome: 'applied' } | { readonly outcome: 'rejected'; readonly code: string; readonly says: string; readonly problems: readonly Problem[] }
/** What is about to be sent, or was sent, and what came back; null: nobody knows yet. */
export interface Claim { readonly meta: Meta; readonly model: ModelName; readonly method: 'PUT' | 'DELETE'; readonly path: string; readonly body: string | null; readonly attempt: number; /** From 2 on: the API refused this attempt, and is asked again because too many were. */ readonly tries: number; readonly answer: Answer | null }

const meta = 'entity text collate "C" not null, effect_key text not null, version bigint not null, revision int not null, origin_topic text not null, origin_partition int not null, origin_offset bigint not null'
/** The newest state that the API has of each entity. */
export const entityTable = `create table if not exists hub.entity (target text not null, model text not null, ${meta}, primary key (target, model, entity))`
/** Written before anything is sent, gone when its record is accounted for. */
export const claimTable = `create table if not exists hub.claim (target text not null, model text not null, ${meta}, method text not null, path text not null, body text, attempt int not null default 1, tries int not null default 1, answer jsonb, primary key (target, effect_key))`
/** For state databases that had their claims before records were redriven, and before a flood was asked about again. */
export const claimAttempt = 'alter table hub.claim add column if not exists attempt int not null default 1, add column if not exists tries int not null default 1'
export const claimIndex = 'create index if not exists claim_of_entity on hub.claim (target, model, entity)'

interface MetaRow { entity: string; effect_key: string; version: string; revision: number; origin_topic: string; origin_partition: number; origin_offset: string }
interface ClaimRow extends MetaRow { method: 'PUT' | 'DELETE'; path: string; body: string | null; attempt: number; tries: number; answer: Answer | null }
const metaOf = (row: MetaRow): Meta => ({
  entity: row.entity, effectKey: row.effect_key, version: Number(row.version), revision: row.revision,
  origin: { topic: row.origin_topic, partition: row.origin_partition, offset: Number(row.origin_offset) }, source: '', occurredAt: 0 as Meta['occurredAt'],
})
const columns = 'entity, effect_key, version, revision, origin_topic, origin_partition, origin_offset'
const wire = 'entity text, effect_key text, version bigint, revision int, origin_topic text, origin_partition int, origin_offset bigint'
const rowOf = ({ entity, effectKey, version, revision, origin }: Meta) =>
  ({ entity, effect_key: effectKey, version, revision, origin_topic: origin.topic, origin_partition: origin.partition, origin_offset: origin.offset })

/** What the API holds of these entities, and what is claimed of them, the oldest first. */
export async function known(client: PoolClient, target: string, model: ModelName, entities: readonly string[]): Promise<{ held: Map<string, Meta>; claims: Map<string, Claim[]> }> {
  const { rows: held } = await client.query<MetaRow>({ name: 'held', text: `select ${columns} from hub.entity where target = $1 and model = $2 and entity = any($3::text[])`, values: [target, model, entities] })
  const { rows: claims } = await client.query<ClaimRow>({
    name: 'claims', text: `select ${columns}, method, path, body, attempt, tries, answer from hub.claim where target = $1 and model = $2 and entity = any($3::text[]) order by version, revision, origin_offset`, values: [target, model, entities] })
  return {
    held: new Map(held.map((row) => [row.entity, metaOf(row)])),
    claims: Map.groupBy(claims.map((row): Claim => ({ meta: metaOf(row), model, method: row.method, path: row.path, body: row.body, attempt: row.attempt, tries: row.tries, answer: row.answer })), (it) => it.meta.entity),
  }
}

export async function writeClaims(client: PoolClient, target: string, claims: readonly Claim[]): Promise<void> {
  if (claims.length === 0) return
  const rows = claims.map((it) => ({ ...rowOf(it.meta), model: it.model, method: it.method, path: it.path, body: it.body, attempt: it.attempt }))
  await client.query({ name: 'claim', text: `insert into hub.claim (target, model, ${columns}, method, path, body, attempt)
    select $1, model, ${columns}, method, path, body, attempt from json_to_recordset($2::json) as r(${wire}, model text, method text, path text, body text, attempt int)`, values: [target, JSON.stringify(rows)] })
}

/** Answered claims become what the API holds. A claim whose record is not in this chunk waits for it with its answer. */
export async function settle(client: PoolClient, target: string, answered: readonly (Claim & { answer: Answer })[], inChunk: ReadonlySet<string>): Promise<void> {
  const taken = answered.filter((it) => it.answer.outcome === 'applied')
  const newest = new Map(taken.map((it) => [it.meta.entity, it]))
  if (newest.size > 0) {
    await client.query({ name: 'hold', text: `insert into hub.entity as e (target, model, ${columns}) select $1, $2, ${columns} from json_to_recordset($3::json) as r(${wire}) order by entity
      on conflict (target, model, entity) do update set (effect_key, version, revision, origin_topic, origin_partition, origin_offset)
        = (excluded.effect_key, excluded.version, excluded.revision, excluded.origin_topic, excluded.origin_partition, excluded.origin_offset)`,
    values: [target, taken[0]!.model, JSON.stringify([...newest.values()].map((it) => rowOf(it.meta)))] })
  }
  const [done, waiting] = [answered.filter((it) => inChunk.has(it.meta.effectKey)), answered.filter((it) => !inChunk.has(it.meta.effectKey))]
  if (done.length > 0) await client.query({ name: 'done', text: 'delete from hub.claim where target = $1 and effect_key = any($2::text[])', values: [target, done.map((it) => it.meta.effectKey)] })
  if (waiting.length > 0) {
    await client.query({ name: 'answer', text: 'update hub.claim c set answer = r.answer from json_to_recordset($2::json) as r(effect_key text, answer jsonb) where c.target = $1 and c.effect_key = r.effect_key',
      values: [target, JSON.stringify(waiting.map((it) => ({ effect_key: it.meta.effectKey, answer: it.answer })))] })
  }
}

/** The chunk is not accounted for yet: what the API has taken is kept with its claims, and what it has refused will be asked about again under a key of its own. */
export async function keep(client: PoolClient, target: string, answered: readonly (Claim & { answer: Answer })[]): Promise<void> {
  const refused = answered.filter((it) => it.answer.outcome === 'rejected')
  await settle(client, target, answered.filter((it) => it.answer.outcome === 'applied'), new Set())
  await client.query({ name: 'again', text: 'update hub.claim set tries = tries + 1, answer = null where target = $1 and effect_key = any($2::text[])', values: [target, refused.map((it) => it.meta.effectKey)] })
}

export const verdictOf = (answer: Answer): Verdict => (answer.outcome === 'applied' ? { outcome: 'applied', reason: null } : answer)
