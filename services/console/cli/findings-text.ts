import type { Finding, Findings } from '../api/findings.schema.ts'
import type { Paint } from './paint.ts'
import { age, count, table } from './table.ts'

const since = (at: string) => age(Math.max(0, (Date.now() - Date.parse(at)) / 1000))

export function findingsText({ findings, total }: Findings, paint: Paint): string {
  if (total === 0) return 'No finding fits. Of what was compared, both sides agree.'
  return [
    table([{ head: 'ID' }, { head: 'KIND' }, { head: 'AT' }, { head: 'STATUS' }, { head: 'SEEN', right: true }, { head: 'WHAT' }],
      findings.map((it) => [it.id, it.kind, it.unit, it.status === 'open' ? paint('red', it.status) : it.status, `${since(it.lastSeen)} ago`, it.says])),
    ...(total > findings.length ? [paint('dim', `… and ${count(total - findings.length)} more; --limit shows them.`)] : []), '', 'Look at one: hub findings show <id>',
  ].join('\n')
}

export function findingText(it: Finding, paint: Paint): string {
  return [
    `${paint('yellow', it.kind)}: ${it.means}`, `  ${it.id}, ${it.status}`, `  ${it.says}`,
    `  first seen ${since(it.firstSeen)} ago, last ${since(it.lastSeen)} ago, ${count(it.times)} times${it.closedAt === null ? '' : `, settled ${since(it.closedAt)} ago`}`,
    `  What to do: ${it.todo}`, ...(it.owner === null ? [] : [`  Owner: ${it.owner}, on call: ${it.onCall}, runbook: ${it.runbook}`]),
    ...(it.decides === null ? [] : [`  The agreed rule: ${it.decides}`]),
    '', ...Object.entries(it.place).map(([name, value]) => `  ${name} ${value}`),
    ...(it.fields.length === 0 ? [] : ['', table([{ head: 'FIELD' }, { head: 'THE HUB SAYS' }, { head: 'THERE' }], it.fields.map(({ field, hub, there }) => [field, hub, there]))]),
    ...(it.acts.length === 0 ? [] : ['', ...it.acts.map(({ act, actor, at, reason }) => `  ${act} by ${actor} ${since(at)} ago: ${reason}`)]),
  ].join('\n')
}
