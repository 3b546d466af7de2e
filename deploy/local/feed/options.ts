import { sourceNames, type SourceName } from './sources.ts'

export interface Options {
  sources: readonly SourceName[]
  /** Records a second; 0 is as fast as possible. */
  rate: number
  count: number
  start: number
  seed: string | undefined
  bad: number
  brokers: string | undefined
  manifest: string | undefined
  events: string | undefined
  /** A source whose samples are sent instead. */
  samples: string | undefined
}
export class UsageError extends Error { override readonly name = 'UsageError' }

export const usage = `npm run feed -- [options]

Sends records of a small sample world (customers, orders, payments, articles, stock) to the source topics, and ends with a
manifest: what was sent, and what the hub must have made of it.

  --source S       all (the default), or one or more of, separated by commas:
                   ${sourceNames.join(', ')}
  --count N        how many records (10000; with a --rate, until it is stopped)
  --rate R         records a second, all sources together (0: as fast as possible)
  --seed X         any text; the same seed gives the same bytes. Without one: a new world that lives now
  --start N        an earlier run with the same seed, sources and --bad sent the first N records: they count in the manifest and are not sent again
  --bad SHARE      share of records that must be rejected, from 0 to 1 (0)
  --samples S     sends the samples of source S (its folder samples/) instead of that world: of a new source, for instance
  --brokers B      host:port, separated by commas (else HUB_KAFKA_BROKERS, else the running stack's of .hub/endpoints.json)
  --manifest FILE  writes the manifest as JSON
  --events FILE    writes one line of JSON for each record, in the order in which they were sent
  --help           this text

HUB_NAME prefixes the topics; TLS and SASL as for the programs (HUB_KAFKA_TLS, HUB_KAFKA_SASL_MECHANISM, …).
Exit code 0: all was sent, or it was stopped by a signal; 1: it could not send; 2: a wrong option.
`

const known = ['source', 'count', 'rate', 'seed', 'start', 'bad', 'brokers', 'manifest', 'events', 'samples']

/** Reads the command line; null asks for the usage. */
export function readOptions(args: readonly string[]): Options | null {
  const given = new Map<string, string>()
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help' || arg === '-h') return null
    const [, name, inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (name === undefined || !known.includes(name)) throw new UsageError(`There is no option ${arg}.`)
    const value = inline ?? rest.shift()
    if (value === undefined || value === '') throw new UsageError(`--${name} needs a value.`)
    if (given.has(name)) throw new UsageError(`--${name} was given twice.`)
    given.set(name, value)
  }
  const rate = number(given, 'rate', 0)
  const options: Options = {
    sources: sourcesOf(given.get('source')), rate, count: whole(given, 'count', rate > 0 ? Infinity : 10_000), start: whole(given, 'start', 0), seed: given.get('seed'),
    bad: number(given, 'bad', 0), brokers: given.get('brokers'), manifest: given.get('manifest'), events: given.get('events'), samples: given.get('samples'),
  }
  if (options.bad > 1) throw new UsageError('--bad is a share from 0 to 1.')
  if (options.start > 0 && options.seed === undefined) throw new UsageError('--start needs the --seed of the earlier run.')
  return options
}

function sourcesOf(text: string | undefined): readonly SourceName[] {
  if (text === undefined || text === 'all') return sourceNames
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !sourceNames.some((known) => known === name))
  if (unknown !== undefined) throw new UsageError(`There is no source ${unknown}. There are: ${sourceNames.join(', ')}.`)
  // In the order of the list, so that the order on the command line does not change the bytes.
  return sourceNames.filter((name) => names.includes(name))
}
function number(given: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const text = given.get(name)
  if (text === undefined) return fallback
  if (!/^\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name} is a number, not ${text}.`)
  return Number(text)
}
function whole(given: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const value = number(given, name, fallback)
  if (value !== Infinity && !Number.isSafeInteger(value)) throw new UsageError(`--${name} is a whole number.`)
  return value
}
