import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { packageRoot } from '../../../canonical/schemas.ts'
import { readSettings } from '../../runtime/settings.ts'
import type { Route } from '../api/routes.ts'
import { Trouble } from '../api/status.schema.ts'
import { commandSettings } from '../settings.ts'
import { CommandFailed } from './command-failed.ts'

export interface Where { readonly url: string; readonly token: string | null }
export interface Given { readonly url?: string | undefined; readonly token?: string | undefined }

/** Where the console is: the options, else the environment, else what `npm start` wrote down here. */
export function whereIsConsole(given: Given, env: NodeJS.ProcessEnv = process.env, file = join(env.HUB_DATA ?? join(packageRoot, '.hub'), 'endpoints.json')): Where {
  const set = readSettings(commandSettings, env)
  const written = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as { console?: string; token?: string } : {}
  const url = given.url ?? set.url ?? written.console
  if (url === undefined) throw CommandFailed.of('console.no_url', 'neither --url nor HUB_CONSOLE_URL is given, and there is no .hub/endpoints.json')
  // A token goes to the console it belongs to, never to an address that was given by other means.
  const own = url === written.console ? written.token : undefined
  return { url: url.replace(/\/$/, ''), token: given.token ?? set.token ?? own ?? null }
}

/** Asks the console for one of its routes; `given` is the route's query, or its body. */
export async function ask<R extends Route>(route: R, { url, token }: Where, given: object = {}): Promise<Static<R['answer']>> {
  const query = route.body ? '' : `${new URLSearchParams(Object.entries(given).filter(([, value]) => value !== undefined) as [string, string][])}`
  const response = await fetch(`${url}${route.path}${query === '' ? '' : `?${query}`}`, {
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(route.body ? { 'content-type': 'application/json' } : {}) }, signal: AbortSignal.timeout(120_000),
    ...(route.body ? { method: 'POST', body: JSON.stringify(given) } : {}),
  })
    .catch((error: Error & { cause?: Error }) => { throw CommandFailed.of('console.unreachable', `${url}: ${error.cause?.message ?? error.message}`) })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw isTrouble.Check(body) ? new CommandFailed(body) : CommandFailed.of('console.strange_answer', `${url}${route.path} answers ${response.status}`)
  if (!Compile(route.answer).Check(body)) throw CommandFailed.of('console.strange_answer', `${url}${route.path} answers in another shape`)
  return body as Static<R['answer']>
}

const isTrouble = Compile(Trouble)
