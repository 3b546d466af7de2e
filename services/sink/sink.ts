import { Controller, Inject } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { Books } from '../runtime/books.ts'
import type { Chunk } from '../runtime/kafka/chunk.ts'
import { OnChunk } from '../runtime/kafka/stage.ts'
import type { Held } from './route.ts'
import { Routes } from './routes.ts'

/** Canonical topics in, one target out. One call for each chunk: its effect, its receipt and its position are one transaction of the target. */
@Controller()
export class Sink {
  constructor(@Inject(Routes) private readonly routes: Routes) {}

  @OnChunk('deliver')
  deliver(@Payload() chunk: Chunk, @Ctx() held: Held): Promise<Books> {
    return this.routes.of(chunk.topic).deliver(chunk, held)
  }
}
