import { ledger, list, optional, text, url, wholeNumber, type Setting, type Settings } from '../runtime/settings.ts'

/** What the console reads beside the common settings. It works with what it is given and says what it lacks: only the token is a must. */
export const consoleSettings = {
  brokers: { env: 'HUB_KAFKA_BROKERS', says: 'Kafka brokers as host:port, separated by commas. Without them there is no lag and no list of topics.', fallback: '', read: list },
  registryUrl: { env: 'HUB_REGISTRY_URL', says: 'Schema registry; the console only looks whether it answers.', fallback: '', secret: true, read: optional(url) },
  ledgerUrl: { ...ledger.ledgerUrl, fallback: '', read: optional(url) },
  consoleHost: { env: 'HUB_CONSOLE_HOST', says: 'Address that the console\'s API is served on.', fallback: '127.0.0.1', read: text },
  consolePort: { env: 'HUB_CONSOLE_PORT', says: 'Port of the console\'s API. 0 takes a free one and logs it.', fallback: '7300', read: wholeNumber },
  consoleToken: { env: 'HUB_CONSOLE_TOKEN', says: 'Bearer token that the console\'s API asks for, at least 16 characters.', secret: true, read: token },
  rawToken: { env: 'HUB_CONSOLE_RAW_TOKEN', says: 'A second token, which may also read the original bytes of refused records. Without it nobody may.', fallback: '', secret: true, read: optional(token) },
} satisfies Settings

function token(value: string): string {
  if (value.length < 16) throw new Error('expected at least 16 characters')
  return value
}

/** Where the `hub` command finds the console. */
export const commandSettings = {
  url: { env: 'HUB_CONSOLE_URL', says: 'The console\'s API, such as http://127.0.0.1:7300.', fallback: '', read: optional(url) },
  token: { env: 'HUB_CONSOLE_TOKEN', says: 'Bearer token of the console\'s API.', fallback: '', secret: true, read: optional(text) },
} satisfies Record<string, Setting<string | null>>
