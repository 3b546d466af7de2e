import type { TargetCard } from '../../canonical/card.ts'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { dataCodes, ruleTodo } from '../../canonical/codes.ts'
import { ruleTable } from '../../canonical/rule-sheet.ts'
import { type Refusal, runbook } from '../../canonical/runbook.ts'
import { tablesOf, type TargetRuleSet } from '../../canonical/rules.ts'
import { programCodes } from '../runtime/codes.ts'
import type { Sheet } from './targets/sheet.ts'

const how = {
  database: 'Rows and the position of their records are one transaction of this database, so every record has its effect once. An older state never overwrites a newer one; a deleted entity is remembered.',
  api: 'Every effect is sent under its effect key as Idempotency-Key. What is about to be sent is written down first, in the state database, so that a successor repeats it under the same key.',
}

/** A target's README, for those who read what it writes. */
export function readmeOf(card: TargetCard, mapping: readonly Sheet[], rules: readonly TargetRuleSet[] = []): string {
  return [
    `# ${card.name}`, '', '<!-- Generated from card.ts and mapping.ts by services/sink/generate.ts: change those. -->', '', card.says, '', how[card.kind], '',
    `Owner: ${card.owner} · steward: ${card.steward} · on call: ${card.onCall} · tolerance: ${card.tolerance}${card.keyLifetime === undefined ? '' : ` · it remembers a key for ${card.keyLifetime}`}`, '',
    ...(rules.length === 0 ? [] : ['## Rules of this target', '', ...ruleTable(rules), '']),
    ...runbook(card, refusals(rules), {
      errors: '../../../console/ERRORS.md', where: 'Beside `target.refused` stand the target\'s own code and field.',
      goOn: `Where more than ${card.rejects * 100} % of a model's entities (of at least 100 within a minute) are refused for one cause, the fault is at the target: what comes next of the model waits, nothing more is refused, and it goes on ${card.resumes === 'by-itself' ? 'by itself when the target takes it again, or when a person lets it be refused' : 'when a person says so'}: \`npm run hub -- resume ${card.name}\`.`,
    }),
    ...mapping.filter((it) => card.models.includes(it.model as ModelName)).flatMap((it) => [
      `## ${it.model} → ${it.table}`, '', modelCards[it.model as ModelName].kind === 'strict' ? `${it.says} Every state of an entity is applied, in order.` : `${it.says} Of several states that arrive together only the newest is written.`, '',
      ...table(it.columns), ...it.lists.flatMap((list) => nested(list, '')),
      ...(it.total ? [`### ${it.total.table}`, '', `${it.total.says} One row for each ${it.total.by.join(' and ')}.`, ''] : []),
    ]),
  ].join('\n')
}

/** What a target may not take: its own refusals, its rules, and records that nobody can read. */
function refusals(rules: readonly TargetRuleSet[]): Refusal[] {
  const { says, todo } = programCodes['target.refused']
  if (tablesOf(rules).length > 0) throw new Error('only a translator reads tables: a cross-reference belongs to a source or a model')
  return [
    { code: 'target.refused', says, todo, at: [] },
    ...rules.flatMap((set) => Object.entries(set.rules)).filter(([, it]) => it.broken === 'reject').map(([name, it]) => ({ code: `rule.${name}`, says: it.says, todo: ruleTodo, at: 'fields' in it ? it.fields : [it.field] })),
    ...Object.entries(dataCodes).filter(([code]) => /^(record|delete)\./.test(code) && !ofTheTranslator.has(code)).map(([code, it]) => ({ code, ...it, at: [] })),
  ]
}
const ofTheTranslator: ReadonlySet<string> = new Set(['record.too-large', 'record.not-a-key'])

function nested(list: Omit<Sheet, 'model'>, path: string): string[] {
  const at = `${path}${list.from}[].`
  return [`### ${list.table}`, '', list.says, '', ...table(list.columns, at), ...list.lists.flatMap((it) => nested(it, at))]
}
const table = (columns: Sheet['columns'], path = '') => ['| holds | from | meaning |', '|---|---|---|', ...Object.entries(columns).map(([name, { from, says }]) => `| \`${name}\` | \`${path}${from}\` | ${says} |`), '']
