import type { ModelName } from '../../canonical/models.generated.ts'
import type { Route } from '../route.ts'

/** `<model> <entity>@<version>` of the newest state of each entity that is alive, as the feed knows it. */
export function newestAlive(route: Route, models: readonly ModelName[]): string[] {
  const tracked = new Set([...route.sent.values()].flatMap((records) => records.flatMap((it) => it.gives.map((given) => given.tracked))))
  return [...tracked].flatMap(({ model, entity, newest }) => (!models.includes(model) || newest === null || newest.deleted ? [] : [`${model} ${entity}@${newest.version}`]))
}

/** The manifest's sums, one line for each model, name and currency. */
export function sumsOf(route: Route, models: readonly ModelName[]): string[] {
  return models.flatMap((model) => textsOf(route.manifest!.models[model]?.sums ?? {}).map((it) => `${model} ${it}`))
}
export const textsOf = (amounts: Readonly<Record<string, string>>) => Object.entries(amounts).map(([name, amount]) => `${name} ${trimmed(amount)}`)

/** Decimals as whole billionths and back, without zeros at the end, as PostgreSQL's trim_scale. */
export function nanoOf(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.')
  return BigInt(whole + fraction.padEnd(9, '0'))
}
export const textOfNano = (nano: bigint) => trimmed(`${nano / 1_000_000_000n}.${`${nano % 1_000_000_000n}`.padStart(9, '0')}`)
const trimmed = (amount: string) => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount)

/** What one list has and the other has not. */
export function between(expected: readonly string[], found: readonly string[]): string[] {
  const [wanted, there] = [new Set(expected), new Set(found)]
  return [...expected.filter((it) => !there.has(it)).map((it) => `missing: ${it}`), ...found.filter((it) => !wanted.has(it)).map((it) => `not expected: ${it}`)]
}
