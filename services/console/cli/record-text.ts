import type { RecordWay } from '../api/record.schema.ts'
import type { Paint } from './paint.ts'

const place = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) => `${topic}/${partition} at ${offset}`

/** Each state with its stations in the order of time; then what was refused and found. */
export function recordText({ entity, looked, before, states, rejections, findings }: RecordWay, paint: Paint): string {
  return [
    ...(states.length === 0 ? [`No state of ${entity} in what was looked at.`] : []),
    ...states.flatMap((it) => ['', `${it.effectKey}${it.deleted ? paint('yellow', ' deleted') : ''}`,
      `  ${it.writtenAt}  written to ${it.origin === null ? 'its source' : place(it.origin)}${it.source === null ? '' : ` by ${it.source}`}`,
      `  ${it.translatedAt ?? '-'.padEnd(24)}  translated to ${place(it.canonical)}${it.mapping === null ? '' : `, mapping ${it.mapping} (${it.mappingIs === 'today' ? 'of today' : it.mappingIs})`}`,
      ...it.targets.toSorted((a, b) => ((a.at ?? '~') < (b.at ?? '~') ? -1 : 1)).map(({ target, at }) => `  ${at ?? '-'.padEnd(24)}  ${at === null ? paint('yellow', `not yet at ${target}`) : `through at ${target}`}`)]),
    ...(rejections.length === 0 ? [] : ['', 'Refused:', ...rejections.flatMap((it) => [`  ${it.at}  ${it.unit} ${it.code}, ${it.status}${it.outcome === null ? '' : ` (${it.outcome})`}, attempt ${it.attempt}: ${it.id}`,
      ...it.redrives.map(({ act, actor, at, outcome }) => `  ${at}    ${act} by ${actor}: ${outcome ?? 'under way'}`)])]),
    ...(findings.length === 0 ? [] : ['', 'Found:', ...findings.map((it) => `  ${it.lastSeen}  ${it.kind} ${it.status} ${it.id}: ${it.says}`)]),
    '', ...looked.map(({ topic, partition, from, earliest, until }) => paint('dim', `Looked at ${topic}/${partition} from ${from} to ${until}${from > earliest ? ` (it begins at ${earliest})` : ''}.`)),
    ...(before === null ? [] : [`There is more: go on with --before ${before}`]),
  ].join('\n').trimStart()
}
