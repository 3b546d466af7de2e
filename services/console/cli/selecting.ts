import { readFileSync } from 'node:fs'
import type { Selection } from '../api/rejections.schema.ts'
import type { Option, Values } from './command.ts'
import { CommandFailed, exits } from './command-failed.ts'

const filters = {
  unit: { type: 'string', value: 'U', says: 'of this source or target' },
  group: { type: 'string', value: 'G', says: 'with this cause; see rejections groups' },
  code: { type: 'string', value: 'C', says: 'with this error code' },
  entity: { type: 'string', value: 'E', says: 'of this entity' },
  since: { type: 'string', value: 'T', says: 'refused at this time or later: ISO 8601, or an age such as 2h, 3d' },
  until: { type: 'string', value: 'T', says: 'refused before this time' },
} as const satisfies Record<string, Option>

/** Options that say which rejections. */
export const selectingOptions = {
  ...filters,
  id: { type: 'string', multiple: true, value: 'ID', says: 'this one; may be given several times' },
  file: { type: 'string', value: 'F', says: 'those whose identities stand in the file, one a line' },
} as const satisfies Record<string, Option>
export const filterOptions = filters

export function selectionOf(values: Values): Selection {
  const text = (name: keyof typeof filters) => { const it = values[name]; return typeof it === 'string' ? { [name]: name === 'since' || name === 'until' ? instant(it) : it } : {} }
  const ids = [...(Array.isArray(values['id']) ? values['id'] as string[] : []), ...(typeof values['file'] === 'string' ? idsOf(values['file']) : [])]
  return { ...text('unit'), ...text('group'), ...text('code'), ...text('entity'), ...text('since'), ...text('until'), ...(ids.length > 0 ? { ids } : {}) }
}

const ages = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const
export function instant(text: string): string {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? []
  const at = count === undefined ? new Date(text) : new Date(Date.now() - Number(count) * ages[unit as keyof typeof ages])
  if (Number.isNaN(at.getTime())) throw CommandFailed.of('command.usage', `${text} is no time: give ISO 8601 or an age such as 30m, 2h, 3d`, exits.usage)
  return at.toISOString()
}

function idsOf(file: string): string[] {
  let text: string
  try { text = readFileSync(file, 'utf8') } catch (error) { throw CommandFailed.of('command.usage', `${file} cannot be read: ${(error as Error).message}`, exits.usage) }
  const ids = text.split('\n').map((it) => it.trim()).filter((it) => it !== '')
  if (ids.length === 0) throw CommandFailed.of('command.usage', `${file} names no rejection`, exits.usage)
  return ids
}
