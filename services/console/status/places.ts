import type { TargetCard } from '../../../canonical/card.ts'
import { ofTarget, optional, readSettings, url } from '../../runtime/settings.ts'
import type { Surrounding } from './whole-status.ts'

/** Where the targets are: one setting each, HUB_TARGET_<NAME>_URL. */
export function targetPlaces(targets: readonly TargetCard[], env: NodeJS.ProcessEnv = process.env): Surrounding['places'] {
  const settings = Object.fromEntries(targets.map(({ name }) =>
    [name, ofTarget(name, 'url', { says: `Where the target ${name} is; the console looks whether it answers, and before a redrive what it holds.`, fallback: '', secret: true, read: optional(url) })]))
  const values = readSettings(settings, env)
  return Object.fromEntries(targets.map(({ name }) => [systemOf(name, targets), { url: values[name] ?? null, env: settings[name]!.env }]))
}

/** A target is named <system>-<kind>: `warehouse-postgres` is the warehouse, as long as it is the only one. */
function systemOf(name: string, targets: readonly TargetCard[]): string {
  const system = (it: string) => it.split('-').slice(0, -1).join('-') || it
  return targets.filter((it) => system(it.name) === system(name)).length === 1 ? system(name) : name
}
