import { HttpException } from '@nestjs/common'
import type { Problem } from '../../../canonical/rejected.ts'
import { codeEntry } from '../../runtime/codes.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Rejection } from '../api/rejections.schema.ts'
import { trouble } from '../trouble.ts'
import { headOf } from './list.ts'
import type { Originals } from '../../runtime/originals.ts'
import { ownerOf } from './owner.ts'
import { shapeOf } from './shape-of.ts'

/** One rejection with everything that helps; its bytes only where asked for by who may. */
export async function showRejection(ledger: Ledger, originals: Originals | null, id: string, raw: boolean): Promise<Rejection> {
  const row = await ledger.rejection.findUnique({ where: { id } })
  if (row === null) throw new HttpException(trouble('rejection.unknown', id), 404)
  const [original, redrives] = await Promise.all([originals?.([row]).then((it) => it.get(id)), redrivesOf(ledger, id)])
  return {
    ...headOf(row), todo: codeEntry(row.code).todo, ...ownerOf(row.unit), problems: row.problems as unknown as Problem[], version: row.version === null ? null : Number(row.version), mapping: row.mapping,
    origin: { topic: row.originTopic, partition: row.originPartition, offset: Number(row.originOffset) }, traceparent: row.traceparent,
    shape: shapeOf(original?.value ?? null),
    bytes: raw && original !== undefined
      ? { key: base64(original.key), value: base64(original.value), headers: original.headers.map(({ name, value }) => ({ name, value: base64(value) })) } : null,
    redrives,
  }
}

const base64 = (bytes: Buffer | null) => bytes?.toString('base64') ?? null

async function redrivesOf(ledger: Ledger, rejection: string): Promise<Rejection['redrives']> {
  const claims = await ledger.redrive.findMany({ where: { rejection }, select: { command: true, outcome: true } }), outcomes = new Map(claims.map((it) => [it.command, it.outcome]))
  const commands = await ledger.command.findMany({ where: { id: { in: [...outcomes.keys()] } }, orderBy: { at: 'asc' } })
  return commands.map(({ id, act, actor, reason, at }) => ({ command: id, act, actor, reason, at: at.toISOString(), outcome: outcomes.get(id) ?? null }))
}
