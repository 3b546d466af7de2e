// The parts of kafkajs 2.2.4 (pinned) that this room stands on: connections with TLS and SASL. It has no types for them.
declare module 'kafkajs/src/network/connection.js' {
  export interface Pushed {
    entry: { apiKey: number; apiName: string; apiVersion: number; correlationId: number; resolve(answer: { payload: Buffer }): void; reject(error: Error): void }
    expectResponse: boolean
    requestTimeout: number | null
    sendRequest(): void
  }
  export default class Connection {
    constructor(options: { host: string; port: number; logger: object; socketFactory: unknown })
    clientId: string
    sasl: object | null
    chunks: Buffer[]
    bytesBuffered: number
    processData(answer: Buffer): void
    socket?: import('node:net').Socket
    requestQueue: { push(request: Pushed): void; fulfillRequest(answer: { payload: Buffer }): void; rejectAll(error: Error): void; destroy(): void }
    isConnected(): boolean
    isAuthenticated(): boolean
    nextCorrelationId(): number
  }
}
declare module 'kafkajs/src/cluster/connectionPoolBuilder.js' {
  import type Connection from 'kafkajs/src/network/connection.js'
  export interface ConnectionPool { pool: Connection[] }
  export default function connectionPoolBuilder(options: object): { build(place?: { host: string; port: number; rack?: string | null }): Promise<ConnectionPool> }
}
declare module 'kafkajs/src/broker/index.js' {
  import type { ConnectionPool } from 'kafkajs/src/cluster/connectionPoolBuilder.js'
  export default class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: object; authenticationTimeout: number })
    versions: Record<number, { minVersion: number; maxVersion: number }> | null
    connect(): Promise<void>
  }
}
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export interface InFlight { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
  export default class RequestQueue {
    pending: unknown[]
    inflight: Map<number, InFlight>
    requestTimeoutIntervalId: NodeJS.Timeout | null
    isConnected(): boolean
    destroy(): void
    scheduleCheckPendingRequests(): void
    scheduleRequestTimeoutCheck(): void
    checkPendingRequests(): void
  }
}
declare module 'kafkajs/src/loggers/index.js' {
  const loggers: { createLogger(options: { level: number; logCreator: () => (entry: object) => void }): object }
  export default loggers
}
declare module 'kafkajs/src/consumer/filterAbortedMessages.js' {
  export default function filterAbortedMessages<T>(options: { messages: T[]; abortedTransactions: { producerId: string; firstOffset: string }[] }): T[]
}
