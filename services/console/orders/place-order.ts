import { randomUUID } from 'node:crypto'
import { HttpException } from '@nestjs/common'
import { commandCodec } from '../../../canonical/codec.ts'
import type { Adoption } from '../../../canonical/models.generated.ts'
import { kafkaTime, micros } from '../../../canonical/micros.ts'
import { schemaText } from '../../../canonical/schemas.ts'
import type { Producer } from '../../runtime/kafka/producer.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { Order, Ordered } from '../api/orders.schema.ts'
import { trouble } from '../trouble.ts'

const codec = commandCodec()

/** Writes a command onto its topic: the only way in which the console acts. Who carries it out reads it there. */
export function placeOrder(producer: Pick<Producer, 'send'>, registry: Pick<Registry, 'idOf'>, names: Names, { sources, targets }: { readonly sources: readonly string[]; readonly targets: readonly string[] }): (order: Order, adopt?: Adoption[]) => Promise<Ordered> {
  const units = [...sources, ...targets]
  return async ({ act, subject, selection, actor, reason, perSecond, range, offsets }, adopt) => {
    if ((act === 'pause' || act === 'resume') && !units.includes(subject ?? '')) throw new HttpException(trouble('command.unknown', `${act} needs a source or target; there are ${units.join(', ')}`), 400)
    if (act === 'audit-target' && !targets.includes(subject?.split(' ')[0] ?? '')) throw new HttpException(trouble('command.unknown', `${act} needs a target; there are ${targets.join(', ')}`), 400)
    if ((act === 'compare' || act === 'remap') && !sources.includes(subject ?? '')) throw new HttpException(trouble('command.unknown', `${act} needs a source; there are ${sources.join(', ')}`), 400)
    if ((act === 'redrive' || act === 'discard') && !(selection && Object.keys(selection).length > 0)) throw new HttpException(trouble('console.not_understood', `${act} needs a selection`), 400)
    if (act === 'bootstrap' && !targets.includes(subject ?? '')) throw new HttpException(trouble('command.unknown', `${act} needs a target; there are ${targets.join(', ')}`), 400)
    if (act === 'bootstrap' && offsets === undefined) throw new HttpException(trouble('console.not_understood', `${act} needs the offsets that are lost`), 400)
    const id = randomUUID(), schemaId = await registry.idOf(names.subject(names.commands), schemaText('command.v1'))
    const value = codec.encode(schemaId, {
      id, act, subject: subject ?? null, adopt: adopt ?? null, actor, reason, at: kafkaTime(Date.now()), perSecond: perSecond ?? null, offsets: offsets ?? null,
      range: range === undefined ? null : { from: range.from === undefined ? null : micros(range.from), to: range.to === undefined ? null : micros(range.to) },
      selection: selection === undefined ? null : {
        ids: selection.ids ?? null, unit: selection.unit ?? null, group: selection.group ?? null, code: selection.code ?? null, entity: selection.entity ?? null,
        since: selection.since === undefined ? null : micros(selection.since), until: selection.until === undefined ? null : micros(selection.until),
      },
    })
    await producer.send(names.commands, [{ key: id, value: Buffer.from(value), partition: 0 }])
    return { id }
  }
}
