import { brokerCodes } from '../broker-codes.ts'
import type { CodeOf } from '../codes.ts'
import type { FailureClass } from '../failure-classes.ts'
import { Environment, Stopped, Transient } from '../failure.ts'

/** Error codes of the Kafka protocol that this room may meet. */
export const codes = {
  UNKNOWN_SERVER_ERROR: -1, OFFSET_OUT_OF_RANGE: 1, CORRUPT_MESSAGE: 2, UNKNOWN_TOPIC_OR_PARTITION: 3, INVALID_FETCH_SIZE: 4, LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6, REQUEST_TIMED_OUT: 7, BROKER_NOT_AVAILABLE: 8, REPLICA_NOT_AVAILABLE: 9, MESSAGE_TOO_LARGE: 10, NETWORK_EXCEPTION: 13, INVALID_TIMESTAMP: 32,
  COORDINATOR_LOAD_IN_PROGRESS: 14, COORDINATOR_NOT_AVAILABLE: 15, NOT_COORDINATOR: 16, INVALID_TOPIC_EXCEPTION: 17, RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19, NOT_ENOUGH_REPLICAS_AFTER_APPEND: 20, ILLEGAL_GENERATION: 22, INCONSISTENT_GROUP_PROTOCOL: 23, INVALID_GROUP_ID: 24,
  UNKNOWN_MEMBER_ID: 25, INVALID_SESSION_TIMEOUT: 26, REBALANCE_IN_PROGRESS: 27, TOPIC_AUTHORIZATION_FAILED: 29, GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31, UNSUPPORTED_SASL_MECHANISM: 33, ILLEGAL_SASL_STATE: 34, UNSUPPORTED_VERSION: 35, TOPIC_ALREADY_EXISTS: 36, INVALID_PARTITIONS: 37,
  INVALID_REPLICATION_FACTOR: 38, INVALID_CONFIG: 40, NOT_CONTROLLER: 41, INVALID_REQUEST: 42, POLICY_VIOLATION: 44, OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  DUPLICATE_SEQUENCE_NUMBER: 46, INVALID_PRODUCER_EPOCH: 47, INVALID_TXN_STATE: 48, INVALID_PRODUCER_ID_MAPPING: 49, INVALID_TRANSACTION_TIMEOUT: 50,
  CONCURRENT_TRANSACTIONS: 51, TRANSACTION_COORDINATOR_FENCED: 52, TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 53, OPERATION_NOT_ATTEMPTED: 55,
  KAFKA_STORAGE_ERROR: 56, SASL_AUTHENTICATION_FAILED: 58, UNKNOWN_PRODUCER_ID: 59, FENCED_LEADER_EPOCH: 74, UNKNOWN_LEADER_EPOCH: 75,
  UNSUPPORTED_COMPRESSION_TYPE: 76, OFFSET_NOT_AVAILABLE: 78, MEMBER_ID_REQUIRED: 79, GROUP_MAX_SIZE_REACHED: 81, FENCED_INSTANCE_ID: 82,
  INVALID_RECORD: 87, UNSTABLE_OFFSET_COMMIT: 88, THROTTLING_QUOTA_EXCEEDED: 89, PRODUCER_FENCED: 90, UNKNOWN_TOPIC_ID: 100, INCONSISTENT_TOPIC_ID: 103,
  TRANSACTION_ABORTABLE: 120,
} as const
export type CodeName = keyof typeof codes

const names = new Map<number, string>(Object.entries(codes).map(([name, code]) => [code, name]))
const set = (...these: CodeName[]): ReadonlySet<number> => new Set(these.map((name) => codes[name]))

/** Answered by a broker; the same request may be sent again, in the same epoch. */
export const coordinatorMoved = set('COORDINATOR_LOAD_IN_PROGRESS', 'COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR')
export const leaderMoved = set('UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_OR_FOLLOWER', 'REQUEST_TIMED_OUT', 'BROKER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE', 'NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'KAFKA_STORAGE_ERROR', 'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE')
/** Somebody else has the lease, or the group moved on: no abort, drop, acquire again. */
const leaseLosses = ['INVALID_PRODUCER_EPOCH', 'INVALID_TXN_STATE', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED', 'TRANSACTION_COORDINATOR_FENCED',
  'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'] as const satisfies readonly CodeName[]
export const leaseLost = set(...leaseLosses)
/** Errors of the protocol that have an entry of their own in the hub's table. */
export type BrokerError = `kafka.${Lowercase<Exclude<CodeName, (typeof leaseLosses)[number]>>}`
/** Membership that cannot get better by trying again: another process runs under our instance id, or the settings are wrong. */
export const membershipRefused = set('FENCED_INSTANCE_ID', 'INCONSISTENT_GROUP_PROTOCOL', 'INVALID_GROUP_ID', 'INVALID_SESSION_TIMEOUT')
/** A broker answered with an error code. */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: number
  readonly codeName: string
  readonly api: string
  constructor(code: number, api: string, detail?: string) {
    const codeName = names.get(code) ?? `CODE_${code}`
    super(`${api}: ${codeName} (${code})${detail ? `, ${detail}` : ''}`)
    this.code = code
    this.codeName = codeName
    this.api = api
  }
}

/** No answer came: refused, cut or timed out. What the request did is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  constructor(api: string, cause: unknown) {
    super(`${api}: no answer (${cause instanceof Error ? cause.message : String(cause)})`, { cause })
  }
}

export function check(code: number, api: string, detail?: string): void {
  if (code !== 0) throw new KafkaError(code, api, detail)
}

export const hasCode = (error: unknown, these: ReadonlySet<number>) => error instanceof KafkaError && these.has(error.code)
export const isCode = (error: unknown, name: CodeName) => error instanceof KafkaError && error.code === codes[name]

/** What a failure of this room means to the hub. Errors that are not Kafka's are handed back as they are. */
export function failureOf(error: unknown): unknown {
  if (error instanceof ConnectionLost) return new Transient('kafka.no_answer', error.message, { cause: error })
  if (!(error instanceof KafkaError)) return error
  if (leaseLost.has(error.code)) return new Transient('kafka.lease_lost', error.message, { cause: error })
  const code = brokerCode(error.codeName), { message } = error
  return isOf('transient', code) ? new Transient(code, message, { cause: error }) : isOf('environment', code) ? new Environment(code, message, { cause: error }) : new Stopped(code as CodeOf<'stopped'>, message, { cause: error })
}

type BrokerCode = keyof typeof brokerCodes
function brokerCode(codeName: string): BrokerCode {
  const code = `kafka.${codeName.toLowerCase()}`
  return Object.hasOwn(brokerCodes, code) ? (code as BrokerCode) : 'kafka.unlisted'
}
const isOf = <C extends FailureClass>(is: C, code: BrokerCode): code is BrokerCode & CodeOf<C> => brokerCodes[code].class === is
