import type { RuleCheck } from '../../canonical/rule-check.ts'
import { ruleCode } from '../../canonical/rules.ts'
import type { Read } from './delivery-reader.ts'
import type { Delivery } from './targets/target.ts'

/** What was read, judged by the target's own rules: a record that breaks one is refused for this target and no other. A target without rules pays nothing. */
export function ruled(check: RuleCheck | null): (read: Read[]) => Read[] {
  return check === null ? (read) => read : (read) => read.map((it) => ('delivery' in it && it.delivery.content !== null ? judged(it.delivery, it.delivery.content, check) : it))
}

function judged(delivery: Delivery, content: object, check: RuleCheck): Read {
  const broken = check(content)
  if (broken === null) return { delivery }
  const problems = broken.filter((it) => it.rule.broken === 'reject').map(({ name, rule, field, got }) => ({ field, from: [field], code: ruleCode(name), expected: rule.says, got }))
  const warned = [...new Set(broken.filter((it) => it.rule.broken === 'warn').map(({ name }) => name))], first = problems[0]
  return { delivery, warned, ...(first === undefined ? {} : { refused: { outcome: 'rejected', code: first.code, says: first.expected, problems } }) }
}
