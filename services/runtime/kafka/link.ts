// One connection to one broker, over kafkajs's socket, TLS and SASL code. Nothing else of kafkajs is used by this room.
import Broker from 'kafkajs/src/broker/index.js'
import connectionPoolBuilder from 'kafkajs/src/cluster/connectionPoolBuilder.js'
import loggers from 'kafkajs/src/loggers/index.js'
import Connection from 'kafkajs/src/network/connection.js'
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
import type { KafkaSettings } from './connection.ts'
import { codes, ConnectionLost, KafkaError } from './errors.ts'
import { linkRefused } from './link-refused.ts'
import { answersWhole } from './socket.ts'
import { Reader } from './wire.ts'

export interface Request {
  readonly api: string
  readonly key: number
  readonly version: number
  readonly flexible: boolean
  readonly body: readonly Buffer[]
  /** Milliseconds to wait for the answer; never below the connection's own request timeout. */
  readonly timeout?: number
}
export interface Place { readonly host: string; readonly port: number }

const oldestFetch = 13
const connectMs = 3000
const lookForLateMs = 500
const silent = loggers.createLogger({ level: 0, logCreator: () => () => {} })

/** kafkajs re-arms a timer of about 1 ms on every connection for ever; it is needed only while something is queued. */
export function quietIdleTimer(): void {
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length > 0) schedule.call(this)
  }
}
quietIdleTimer()

/** kafkajs looks ten times a second, on every connection, whether an answer is late; nobody waits less than three seconds for one. */
function lookForLateRarely(): void {
  RequestQueue.prototype.scheduleRequestTimeoutCheck = function (this: RequestQueue) {
    this.destroy()
    this.requestTimeoutIntervalId = setInterval(() => {
      for (const request of this.inflight.values()) if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest()
      if (!this.isConnected()) this.destroy()
    }, lookForLateMs)
  }
}
lookForLateRarely()

/** Our sockets hand over whole answers, so nothing is ever left of one. kafkajs keeps that nothing as a piece, and copies each answer to join the two: 5 % of a translator's CPU. */
function joinNothing(): void {
  const read = Connection.prototype.processData
  Connection.prototype.processData = function (this: Connection, answer: Buffer) {
    if (this.bytesBuffered === 0) this.chunks = []
    read.call(this, answer)
  }
}
joinNothing()

export class Link {
  private readonly connection: Connection
  private answered = false
  private constructor(connection: Connection) { this.connection = connection }

  static async open(settings: KafkaSettings, place: Place, requestTimeout: number): Promise<Link> {
    const ssl = settings.tls === undefined || settings.tls === false ? undefined : settings.tls
    const pool = await connectionPoolBuilder({
      socketFactory: answersWhole, brokers: settings.brokers, clientId: settings.clientId, ssl, sasl: settings.sasl,
      connectionTimeout: connectMs, requestTimeout, enforceRequestTimeout: true, logger: silent,
    }).build(place)
    const broker = new Broker({ connectionPool: pool, logger: silent, authenticationTimeout: 10_000 })
    const connection = pool.pool[0]
    if (connection === undefined) throw new Error('kafkajs made no connection')
    const link = new Link(connection)
    try {
      await broker.connect()
    } catch (error) {
      link.close()
      throw linkRefused(error, `${place.host}:${place.port}`)
    }
    const fetch = broker.versions?.[1]
    if (fetch === undefined || fetch.maxVersion < oldestFetch) {
      link.close()
      throw new KafkaError(codes.UNSUPPORTED_VERSION, `connecting to ${place.host}:${place.port}`, 'the hub needs Apache Kafka 3.3 or newer')
    }
    return link
  }

  /** False also when the SASL session is about to end: kafkajs cannot authenticate anew while answers are under way, so a new link takes over. */
  get usable() { return this.connection.isConnected() && (this.connection.sasl === null || this.connection.isAuthenticated()) }

  async send(request: Request): Promise<Reader> {
    const connection = this.connection
    try {
      const correlationId = connection.nextCorrelationId()
      const header = requestHeader(request, correlationId, connection.clientId)
      const { payload } = await new Promise<{ payload: Buffer }>((resolve, reject) => {
        if (!connection.isConnected()) throw new Error('not connected')
        connection.requestQueue.push({
          entry: { apiKey: request.key, apiName: request.api, apiVersion: request.version, correlationId, resolve, reject },
          expectResponse: true,
          requestTimeout: request.timeout ?? null,
          sendRequest: () => {
            const socket = connection.socket
            if (socket === undefined) throw new Error('no socket')
            socket.cork()
            socket.write(header)
            for (const bytes of request.body) socket.write(bytes)
            socket.uncork()
          },
        })
      })
      this.answered = true
      const answer = new Reader(payload)
      if (request.flexible) answer.tags()
      return answer
    } catch (error) {
      // After a missing answer nothing on this connection can be trusted: kafkajs keeps half-read bytes over a reconnect.
      this.close()
      // A broker closes the connection of whoever should have logged in first.
      const hint = !this.answered && connection.sasl === null && error instanceof Error && error.name === 'KafkaJSConnectionClosedError'
      throw new ConnectionLost(request.api, hint ? new Error(`${error.message}; where that stays, the port wants a login: HUB_KAFKA_SASL_MECHANISM`) : error)
    }
  }

  /** Ends it at once; whatever waits for an answer fails. */
  close(): void {
    const { requestQueue, socket } = this.connection
    requestQueue.rejectAll(new Error('connection closed'))
    requestQueue.destroy()
    socket?.destroy()
    Object.assign(this.connection, { connectionStatus: 'disconnected' })
  }
}

function requestHeader(request: Request, correlationId: number, clientId: string): Buffer {
  const header = Buffer.allocUnsafe(14 + Buffer.byteLength(clientId) + (request.flexible ? 1 : 0))
  let size = header.length - 4
  for (const bytes of request.body) size += bytes.length
  let at = header.writeInt32BE(size, 0)
  at = header.writeInt16BE(request.key, at)
  at = header.writeInt16BE(request.version, at)
  at = header.writeInt32BE(correlationId, at)
  at = header.writeInt16BE(Buffer.byteLength(clientId), at)
  at += header.write(clientId, at)
  if (request.flexible) header[at] = 0
  return header
}
