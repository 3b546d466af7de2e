import { Catch, type ExceptionFilter } from '@nestjs/common'
import { type CustomTransportStrategy, EventPattern, type MessageHandler, Server } from '@nestjs/microservices'
import { lastValueFrom, throwError } from 'rxjs'
import type { Chunk } from './chunk.ts'
import type { UnitStream } from './stream.ts'

const transport = Symbol('tributary')

/** Declares the handler of one unit's chunks. */
export const OnChunk = (pattern: string): MethodDecorator => EventPattern<string>(pattern, transport)

/** Nest turns every error into "Internal server error" and loses its class, by which the hub tells what is to be done. */
@Catch()
export class PassThrough implements ExceptionFilter {
  catch(error: unknown) { return throwError(() => error) }
}

/** Hands a chunk to the handler declared for the pattern; `context` reaches it as `@Ctx()`. */
export type Dispatch = (pattern: string, chunk: Chunk, context?: unknown) => Promise<unknown>

/** Nest's place in the hub: one dispatch for each chunk, and the streams' start and end. */
export class Stage extends Server implements CustomTransportStrategy {
  override readonly transportId = transport
  /** Each dispatch waits for its handler's outcome. */
  override readonly propagatesEventHandlerErrors = true
  readonly streams: readonly UnitStream[]
  /** Nest writes a pattern out anew each time that it looks for its handler. */
  private readonly found = new Map<string, MessageHandler>()

  constructor(settings: { readonly streams: (dispatch: Dispatch) => readonly UnitStream[] }) {
    super()
    this.streams = settings.streams((pattern, chunk, context) => this.dispatch(pattern, chunk, context))
  }

  listen(done: (error?: unknown) => void): void {
    for (const stream of this.streams) stream.start()
    done()
  }

  async close(): Promise<void> { await Promise.all(this.streams.map((stream) => stream.stop())) }

  private async dispatch(pattern: string, chunk: Chunk, context: unknown): Promise<unknown> {
    const handler = this.found.get(pattern) ?? this.getHandlerByPattern(pattern)
    if (handler === null) throw new Error(`no handler is declared for chunks of ${pattern}`)
    this.found.set(pattern, handler)
    return lastValueFrom(this.transformToObservable(await handler(chunk, context)), { defaultValue: undefined })
  }

  override on(): never { throw new Error('a Stage has no events; streams report theirs through onEvent') }
  override unwrap<T>(): T { throw new Error('a Stage hides no server; see its streams') }
}
