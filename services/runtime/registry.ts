import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Environment } from './failure.ts'

export type Compatibility = 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE'

/**
 * The schema registry: ids of schemas and schemas of ids, each asked for once. Never called per record.
 * Whatever the registry does is the environment's fault, never a record's; only a clear "I do not know this id" is an answer (null).
 * The client is loaded by those who register: it is a quarter of a program's start, and a look-up is one request.
 */
export class Registry {
  readonly #url: string
  readonly #auth: { username: string; password: string } | undefined
  readonly #authorization: Record<string, string>
  #client: SchemaRegistry | undefined
  /** By subject, then by schema. */
  readonly #ids = new Map<string, Map<string, number>>()
  readonly #schemas = new Map<number, string>()
  readonly #unknown = new Map<number, number>()

  readonly #patienceMs: number
  constructor(url: string, patienceMs = 5_000) {
    this.#patienceMs = patienceMs
    const at = new URL(url)
    const user = decodeURIComponent(at.username), password = decodeURIComponent(at.password)
    at.username = at.password = ''
    this.#url = at.href.replace(/\/$/, '')
    this.#auth = user === '' ? undefined : { username: user, password }
    this.#authorization = user === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
  }

  /** The id of a schema that was registered under this subject. */
  async idOf(subject: string, schema: string): Promise<number> {
    const known = this.#ids.get(subject)?.get(schema)
    if (known !== undefined) return known
    const { status, body } = await this.#answer(`${this.#url}/subjects/${encodeURIComponent(subject)}`, { schema })
    const { id, message } = body
    if (status !== 200 || typeof id !== 'number') throw new Environment('registry.no_id', `The registry gives no id for ${subject}: it answers ${status}${typeof message === 'string' ? `, ${message}` : ''}`)
    const ids = this.#ids.get(subject) ?? new Map<string, number>()
    this.#ids.set(subject, ids.set(schema, id))
    this.#schemas.set(id, schema)
    return id
  }

  /** The schema of an id as JSON text, or null when the registry has answered that there is none. */
  async schemaOf(id: number): Promise<string | null> {
    const known = this.#schemas.get(id)
    if (known !== undefined) return known
    const asked = this.#unknown.get(id)
    if (asked !== undefined && performance.now() - asked < unknownForMs) return null
    const { status, body } = await this.#answer(`${this.#url}/schemas/ids/${id}`)
    // Invariant 7: a 404 without the registry's own code is a proxy's.
    if (status === 404 && String(body['error_code']).startsWith('404')) { this.#unknown.set(id, performance.now()); return null }
    const { schema } = body
    if (status !== 200 || typeof schema !== 'string') throw new Environment('registry.refuses', `The registry answers ${status} for schema ${id}`)
    this.#schemas.set(id, schema)
    return schema
  }

  /** Registers a schema under a subject; the same schema again changes nothing, an incompatible one is refused by the registry. */
  async register(subject: string, schema: string, compatibility: Compatibility): Promise<number> {
    const { SchemaRegistry, SchemaType } = await import('@kafkajs/confluent-schema-registry')
    this.#client ??= new SchemaRegistry({
      host: this.#url, clientId: 'tributary', retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 }, ...(this.#auth && { auth: this.#auth }),
    })
    for (let attempt = 1; ; attempt++) {
      try { return (await this.#within(this.#client.register({ type: SchemaType.AVRO, schema }, { subject, compatibility: compatibility as never }))).id } catch (error) {
        // Asked again, nothing is registered twice.
        if (!(error instanceof Late) || attempt === 3) throw new Environment('registry.refuses', `The registry refuses ${subject}: ${reasonOf(error)}`, { cause: error })
      }
    }
  }

  /** What is no JSON is an empty answer. */
  async #answer(url: string, asked?: object): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
    try {
      const answer = await fetch(url, {
        headers: { ...this.#authorization, ...(asked && { 'content-type': 'application/vnd.schemaregistry.v1+json' }) }, signal: AbortSignal.timeout(this.#patienceMs),
        ...(asked && { method: 'POST', body: JSON.stringify(asked) }),
      })
      const text = await answer.text()
      try { return { status: answer.status, body: { ...JSON.parse(text) as object } } } catch { return { status: answer.status, body: {} } }
    } catch (error) { throw new Environment('registry.unreachable', `The registry does not answer: ${reasonOf(error)}`, { cause: error }) }
  }

  /** The client waits for ever for a registry that takes the connection and says nothing, and for an answer that was lost with it. */
  async #within<T>(asked: Promise<T>): Promise<T> {
    const ms = registering * this.#patienceMs
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Late(`no answer within ${ms} ms`)) }, ms) })
    try { return await Promise.race([asked, late]) } finally { clearTimeout(timer) }
  }
}

// A schema may be registered a moment after its first record was read.
const unknownForMs = 5_000
class Late extends Error {}
/** How often the patience of a look-up a registration may take: the registry compares with every earlier version. */
const registering = 3
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
