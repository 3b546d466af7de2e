import type { Ownership } from './card.ts'

/** A reason to refuse, and where it has been met: paths of the payload, or fields. */
export interface Refusal { readonly code: string; readonly says: string; readonly todo: string; readonly at: readonly string[] }

const mostPlaces = 6
const code = (text: string) => `\`${text}\``
const places = (at: readonly string[]): string => (at.length === 0 ? '' : `${at.slice(0, mostPlaces).map(code).join(', ')}${at.length > mostPlaces ? ` and ${at.length - mostPlaces} more` : ''}`)

/** The page's part for who is on call: what can be refused, what it means, what to do, whom to ask, and the commands. `errors`: the way to the error reference. */
export function runbook(card: Ownership & { readonly name: string }, refusals: readonly Refusal[], { errors, where, goOn }: { errors: string; where: string; goOn: string }): string[] {
  const hub = (rest: string, says: string) => `npm run hub -- ${rest}`.padEnd(92) + `# ${says}`
  return [
    '## When something is refused', '',
    'A refused record is kept as it came; its neighbours go on, and nothing has to be hurried.', '',
    `| ask | about |`, '|---|---|', `| ${card.steward} (steward) | what a value means, and whether a record may be given up |`, `| ${card.owner} (owner) | the mapping, the rules and this page |`, `| ${card.onCall} (on call) | everything that cannot wait |`, '',
    '```', hub(`rejections groups --unit ${card.name}`, 'what waits, by cause, the largest first'), hub('rejections show <id>', 'one of them: why, what to do, what was done'),
    hub(`redrive --unit ${card.name} --group <group> --dry-run`, 'what would become of them today; changes nothing'), hub(`redrive --unit ${card.name} --group <group> --reason "..."`, 'sends them again; nothing can be doubled'),
    hub(`discard --unit ${card.name} --group <group> --reason "..."`, 'gives them up; they stay in the books'), hub(`pause ${card.name} --reason "..."`, 'holds it back, over restarts too'), hub(`resume ${card.name} --reason "..."`, 'lets it go on'), hub('status', 'nothing rejected, nothing paused: done'), '```', '',
    `| code | met at | means | what to do |`, '|---|---|---|---|', ...refusals.map((it) => `| ${code(it.code)} | ${places(it.at)} | ${it.says} | ${it.todo} |`), '',
    `${where} Every code, and what the hub does by itself: [the error reference](${errors}). ${goOn}`, '',
  ]
}
