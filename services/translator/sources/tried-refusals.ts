import { readFileSync } from 'node:fs'
import { dataCode, dataCodes, type DataCodeName } from '../../../canonical/codes.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected, type Problem } from '../../../canonical/rejected.ts'
import type { Refusal } from '../../../canonical/runbook.ts'
import type { Rule } from '../../../canonical/rules.ts'
import type { Translation } from '../../../canonical/source.ts'

/** What sources really send now and then: nothing, other types, other formats, more digits than anyone holds. */
const spoilt: readonly unknown[] = [undefined, null, '', 'spoilt', '\ud800', [], '-1', -1, 2 ** 53, 1e300, '2026-01-01T00:00:00.1234567Z', '9999-01-01T00:00:00Z']
const text = Buffer.from
const wrongBytes: readonly Buffer[] = [text('{"cut":'), Buffer.of(0x7b, 0xff, 0x7d), text('{"a":1,"a":2}'), text('['.repeat(201) + ']'.repeat(201)), text('{"no":"kind"}')]
/** What no payload shows: too large a record, and a bug. */
const always: readonly DataCodeName[] = ['record.too-large', 'mapping.threw']

/** Every code that a source refuses by, found by spoiling its samples in every place, and where. */
export function triedRefusals(source: Translation, samples: readonly string[]): Refusal[] {
  const found = new Map<string, Set<string>>(always.map((code) => [code, new Set()]))
  const note = ({ code, from }: Pick<Problem, 'code' | 'from'>) => {
    const at = found.get(code) ?? new Set<string>()
    for (const path of from) if (path !== '') at.add(path.replaceAll(/\[\d+\]/g, '[]'))
    found.set(code, at)
  }
  const attempt = (bytes: Buffer) => {
    try { source.translateBytes(bytes) } catch (error) {
      if (error instanceof Rejected) error.problems.forEach(note)
      else if (error instanceof Refused) note({ code: error.code, from: [] })
      else throw error
    }
  }
  wrongBytes.forEach(attempt)
  for (const file of samples) {
    const bytes = readFileSync(file)
    attempt(bytes)
    let payload: unknown
    try { payload = JSON.parse(bytes.toString()) } catch { continue }
    inEachPlace(payload, (): void => attempt(text(JSON.stringify(payload))))
  }
  for (const refusal of Object.values(source.refused ?? {})) note({ code: refusal.code, from: [] })
  const rules = new Map(source.ruled.flatMap((set) => Object.entries(set.rules)).map(([name, rule]): [string, Rule] => [`rule.${name}`, rule]))
  for (const [name, rule] of rules) if (rule.broken === 'reject') note({ code: name, from: [] })
  const order = [...Object.keys(dataCodes), ...rules.keys()]
  return [...found].toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([code, at]) => ({ code, ...dataCode(code), ...(rules.has(code) ? { says: rules.get(code)!.says } : {}), at: [...at].toSorted() }))
}

/** Puts each wrong value into each place of the payload in turn, and takes it out again. One element speaks for its list. */
function inEachPlace(within: unknown, attempt: () => void): void {
  if (typeof within !== 'object' || within === null) return
  const holder = within as Record<string, unknown>
  for (const [key, value] of Object.entries(holder).slice(0, Array.isArray(within) ? 1 : undefined)) {
    for (const wrong of spoilt) { holder[key] = wrong; attempt() }
    holder[key] = value
    inEachPlace(value, attempt)
  }
}
