import { boundsOf, type Each, type Rule, type TargetRuleSet, type Unique } from './rules.ts'

const code = (text: string) => `\`${text}\``
const words = { min: 'from', max: 'up to', above: 'above', below: 'below' }

/** What a rule looks at, for a reader: `lines[].quantity` from 0 and below 1000000. */
export function ruleText(rule: Rule | Unique): string {
  if (rule.rule === 'unique') return `${rule.fields.map(code).join(' and ')}${rule.fields.length > 1 ? ' together' : ''}: no two entities have the same, ${rule.broken === 'reject' ? 'kept by the target\'s own constraint' : 'which the audit of the target looks for'}; null is never the same`
  const where = Object.entries(rule.where ?? {}).map(([field, wanted]) => `${code(field)} is ${(Array.isArray(wanted) ? wanted : [wanted]).map((it) => String(it)).join(' or ')}`).join(' and ')
  return `${what(rule)}${where === '' ? '' : `, where ${where}`}`
}

function what(rule: Rule): string {
  switch (rule.rule) {
    case 'required': return `${code(rule.field)} is there`
    case 'range': return `${code(rule.field)} ${boundsOf(rule).map(([name, bound]) => `${words[name]} ${bound}`).join(' and ')}`
    case 'pattern': return `${code(rule.field)} matches ${code(String(rule.matches).replaceAll('|', '\\|'))}`
    case 'one-of': return `${code(rule.field)} is ${rule.values.join(' or ')}`
    case 'cross-reference': return `${code(rule.field)} is a key of the table ${rule.table.name} (topic ${code(rule.table.topic)}, read within ${rule.table.stale})${rule.waits === undefined ? '' : `; waited for until the record is ${rule.waits} old`}`
    case 'custom': return rule.fields.map(code).join(', ')
    case 'total': {
      const { each, how, places } = rule.rounding, less = (rule.less ?? []).map((it) => ` − ${partText(it)}`).join('')
      return `${code(rule.field)} = ${rule.sum.map(partText).join(' + ')}${less}; each ${each} ${how === 'half-up' ? 'rounded half up' : 'cut off'} to ${typeof places === 'number' ? `${places} decimals` : `the decimals of ${code(places.of)}`}`
    }
  }
}

function partText(part: string | Each): string {
  if (typeof part === 'string') return code(part)
  const term = (it: string | readonly [string, string]) => (typeof it === 'string' ? code(`${part.each}[].${it}`) : it.map((field) => code(`${part.each}[].${field}`)).join(' × '))
  return `Σ (${part.plus.map(term).join(' + ')}${(part.minus ?? []).map((it) => ` − ${term(it)}`).join('')})`
}

/** Rules as the rows of a table, by their names; nothing where there are none. */
export function ruleTable(sets: readonly TargetRuleSet[]): string[] {
  const rows = sets.flatMap(({ model, rules }) => Object.entries(rules).map(([name, rule]) => `| ${code(name)} | ${model} | ${rule.broken === 'reject' ? 'refused' : 'counted, goes on'} | ${rule.says} | ${ruleText(rule)} |`))
  return rows.length === 0 ? [] : ['| rule | model | a record that breaks it is | says | checks |', '|---|---|---|---|---|', ...rows]
}
