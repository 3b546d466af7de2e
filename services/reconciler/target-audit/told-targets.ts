import { events } from '../../runtime/events.ts'
import type { Settings } from '../../runtime/settings.ts'
import { audits } from '../../sink/targets/audits.generated.ts'
import { targets } from '../../sink/targets/index.generated.ts'
import type { AuditorSettings } from './target-auditor.ts'

/** Settings of every target that can be audited, as `<target> <setting>`. */
export const targetSettings: Settings = Object.fromEntries(audits.flatMap(({ card, audit }) => Object.entries(audit.settings).map(([name, setting]) => [`${card.name} ${name}`, setting])))

/** The targets that the reconciler was told of; of every other it says that nobody audits it. */
export function toldTargets(values: Readonly<Record<string, unknown>>): AuditorSettings['targets'] {
  return audits.flatMap(({ card, audit }) => {
    const opened = audit.open(Object.fromEntries(Object.keys(audit.settings).map((name) => [name, values[`${card.name} ${name}`]])))
    if (opened === null) events.targetNotAudited(card.name)
    return opened === null ? [] : [{ card, rules: targets.find((it) => it.card.name === card.name)!.rules, audit: opened }]
  })
}
