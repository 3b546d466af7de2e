import { connect } from 'node:net'
import { Client } from 'pg'
import type { Endpoint } from '../api/status.schema.ts'
import { masked } from '../masked.ts'
import { trouble } from '../trouble.ts'

const withinMs = 2_000

/** Where something is and whether it answers. `env`: the setting that would have told. */
export async function endpoint(url: string | null, env: string): Promise<Endpoint> {
  if (url === null || url === '') return { url: null, reachable: false, trouble: trouble('endpoint.not_given', `${env} is not set`) }
  try {
    await answers(url)
    return { url: masked(url), reachable: true, trouble: null }
  } catch (error) {
    const { message, cause } = error as Error
    return { url: masked(url), reachable: false, trouble: trouble('endpoint.unreachable', `${masked(url)}: ${cause instanceof Error ? cause.message : message}`) }
  }
}

function answers(url: string): Promise<unknown> {
  if (/^postgres(?:ql)?:/.test(url)) return database(url)
  // Any answer will do, a refusal too: something is there.
  if (/^https?:/.test(url)) { const { origin } = new URL(url); return fetch(origin, { method: 'HEAD', signal: AbortSignal.timeout(withinMs) }) }
  return Promise.any(url.split(',').map(port))
}

async function database(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: withinMs, query_timeout: withinMs })
  client.on('error', () => {})
  try { await client.connect(); await client.query('select 1') } finally { await client.end().catch(() => {}) }
}

function port(address: string): Promise<void> {
  const colon = address.lastIndexOf(':')
  return new Promise((done, failed) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), timeout: withinMs })
    socket.once('connect', () => { socket.destroy(); done() })
    socket.once('timeout', () => { socket.destroy(); failed(new Error(`no answer within ${withinMs} ms`)) })
    socket.once('error', failed)
  })
}
