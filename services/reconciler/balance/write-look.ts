import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { Found } from '../findings/finding.ts'
import { writeFindings } from '../findings/write-findings.ts'
import { recordsOf } from './block-balance.ts'
import { differences, missing } from './difference.ts'
import type { Cursor, Look } from './look.ts'
import type { BlockKey } from './snapshot.ts'
import type { VerifiedRow } from './verified-rows.ts'
import { writeAccepted } from './write-accepted.ts'

/** Writes what a look has shown. Answers what nobody has been told of yet. */
export async function writeLook(tx: LedgerTransaction, { looked, settled, gaps }: Look, before: Cursor, look: number, verified: readonly VerifiedRow[]): Promise<readonly Found[]> {
  const told: Found[] = []
  if (looked.length > 0) { await blocks(tx, looked); await writeAccepted(tx, looked) }
  const balanced: Balanced[] = looked.flatMap(({ it, of, open: these, before }) => [...before].flatMap(([target, { abouts }]) => (these.has(target) ? [] : [{ ...it, target, unit: target === '' ? of.source : target, abouts }])))
  const open = looked.flatMap(({ it: { topic, partition, block, changed }, open: these }) => [...these].map(([target, whole]) => ({ target, topic, partition, block, changed, look, whole })))
  if (open.length > 0) await tx.$executeRaw`
    insert into unbalanced as held (target, topic, partition, block, changed, look, whole, abouts)
    select target, topic, partition, block, changed, look, whole, '{}' from jsonb_to_recordset(${JSON.stringify(open)}::jsonb)
      as it(target text, topic text, partition int, block bigint, changed bigint, look bigint, whole boolean) order by 1, 2, 3, 4
    on conflict (target, topic, partition, block) do update set changed = excluded.changed, look = excluded.look, whole = held.whole or excluded.whole`
  for (const one of settled) {
    const { it, target, abouts: toldOf } = one, found = differences(one), unit = target === '' ? one.of.source : target
    // Another version of the hub may have found a difference where this one sees none.
    if (found.length === 0) { balanced.push({ ...it, target, unit, abouts: toldOf }); continue }
    const abouts = found.map(({ about }) => about)
    told.push(...await writeFindings(tx, found, { unit, kinds: [kindOf(target)], abouts: [...new Set([...toldOf, ...abouts])] }))
    await tx.unbalanced.update({ where: { target_topic_partition_block: { target, topic: it.topic, partition: it.partition, block: it.block } }, data: { told: it.changed, abouts, records: Math.max(...one.found.map(recordsOf)) } })
  }
  if (balanced.length > 0) await remove(tx, balanced)
  for (const [unit, these] of Map.groupBy(gaps, ({ of }) => of.source)) {
    const found = these.map(missing), known = before.gaps[unit] ?? []
    if (found.some(({ about }) => !known.includes(about))) told.push(...await writeFindings(tx, found, null))
  }
  for (const [unit, known] of Object.entries(before.gaps)) {
    const abouts = known.filter((about) => !gaps.some((gap) => gap.of.source === unit && missing(gap).about === about))
    if (abouts.length > 0) await writeFindings(tx, [], { unit, kinds: ['balance.source'], abouts })
  }
  if (verified.length > 0) await tx.$executeRaw`
    insert into verified as held (target, topic, partition, source, through, oldest, at, since, held)
    select target, topic, partition, source, through, ${'epoch'}::timestamptz + oldest * interval '1 millisecond', ${'epoch'}::timestamptz + at * interval '1 millisecond', ${'epoch'}::timestamptz + at * interval '1 millisecond', it.held
    from jsonb_to_recordset(${JSON.stringify(verified)}::jsonb) as it(target text, topic text, partition int, source text, through bigint, oldest bigint, at bigint, held text) order by 1, 2, 3
    on conflict (target, topic, partition) do update set source = excluded.source, through = excluded.through, oldest = excluded.oldest, at = excluded.at, held = excluded.held,
      since = case when held.through = excluded.through then held.since else excluded.since end`
  return told
}

/** Who has counted in a block meanwhile has it looked at again. */
async function blocks(tx: LedgerTransaction, looked: Look['looked']): Promise<void> {
  await tx.$executeRaw`
    update block set looked = it.changed, resent = block.resent and block.changed <> it.changed
    from jsonb_to_recordset(${JSON.stringify(looked.map(({ it }) => it))}::jsonb) as it(topic text, partition int, block bigint, changed bigint)
    where block.topic = it.topic and block.partition = it.partition and block.block = it.block`
}

interface Balanced extends BlockKey { readonly target: string; readonly unit: string; readonly abouts: readonly string[] }
const kindOf = (target: string) => (target === '' ? 'balance.source' : 'balance.target')

/** What was unbalanced and is not any more; what was told of it closes itself. */
async function remove(tx: LedgerTransaction, these: readonly Balanced[]): Promise<void> {
  await tx.$executeRaw`
    delete from unbalanced using jsonb_to_recordset(${JSON.stringify(these)}::jsonb) as it(target text, topic text, partition int, block bigint)
    where unbalanced.target = it.target and unbalanced.topic = it.topic and unbalanced.partition = it.partition and unbalanced.block = it.block`
  for (const { target, unit, abouts } of these) if (abouts.length > 0) await writeFindings(tx, [], { unit, kinds: [kindOf(target)], abouts })
}
