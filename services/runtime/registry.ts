import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Environment } from './failure.ts'

export type Compatibility = 'FULL_TRANSITIVE' | 'BACKWARD_TRANSITIVE'

/**
 * The schema registry: ids of schemas and schemas of ids, each asked for once. Never called per record.
 * Whatever the registry does is the environment's fault, never a record's; only a clear "I do not know this id" is an answer (null).
 */
export class Registry {
  readonly #url: string
  readonly #authorization: Record<string, string>
  readonly #client: SchemaRegistry
  readonly #ids = new Map<string, number>()
  readonly #schemas = new Map<number, string>()
  readonly #unknown = new Map<number, number>()

  constructor(url: string) {
    const at = new URL(url)
    const user = decodeURIComponent(at.username), password = decodeURIComponent(at.password)
    at.username = at.password = ''
    this.#url = at.href.replace(/\/$/, '')
    this.#authorization = user === '' ? {} : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
    this.#client = new SchemaRegistry({
      host: this.#url, clientId: 'tributary', retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 },
      ...(user === '' ? {} : { auth: { username: user, password } }),
    })
  }

  /** The id of a schema that was registered under this subject. */
  async idOf(subject: string, schema: string): Promise<number> {
    const key = `${subject} ${schema}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = await this.#client.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema })
      .catch((error: unknown) => { throw new Environment('registry.no_id', `The registry gives no id for ${subject}: ${reasonOf(error)}`, { cause: error }) })
    this.#ids.set(key, id)
    this.#schemas.set(id, schema)
    return id
  }

  /** The schema of an id as JSON text, or null when the registry has answered that there is none. */
  async schemaOf(id: number): Promise<string | null> {
    const known = this.#schemas.get(id)
    if (known !== undefined) return known
    const asked = this.#unknown.get(id)
    if (asked !== undefined && Date.now() - asked < unknownForMs) return null
    const answer = await fetch(`${this.#url}/schemas/ids/${id}`, { headers: this.#authorization, signal: AbortSignal.timeout(5_000) })
      .catch((error: unknown) => { throw new Environment('registry.unreachable', `The registry does not answer: ${reasonOf(error)}`, { cause: error }) })
    if (answer.status === 404) { this.#unknown.set(id, Date.now()); return null }
    if (!answer.ok) throw new Environment('registry.refuses', `The registry answers ${answer.status} for schema ${id}`)
    const { schema } = await answer.json() as { schema: string }
    this.#schemas.set(id, schema)
    return schema
  }

  /** Registers a schema under a subject; the same schema again changes nothing, an incompatible one is refused by the registry. */
  async register(subject: string, schema: string, compatibility: Compatibility): Promise<number> {
    const { id } = await this.#client.register({ type: SchemaType.AVRO, schema }, { subject, compatibility: compatibility as never })
      .catch((error: unknown) => { throw new Environment('registry.refuses', `The registry refuses ${subject}: ${reasonOf(error)}`, { cause: error }) })
    return id
  }
}

// A schema may be registered a moment after its first record was read.
const unknownForMs = 5_000
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
