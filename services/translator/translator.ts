import { Controller, Inject } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { Chunk } from '../runtime/kafka/chunk.ts'
import { OnChunk } from '../runtime/kafka/stage.ts'
import type { InLease } from '../runtime/kafka/translator-lease.ts'
import type { Translated } from './unit.ts'
import { Units } from './units.ts'

/** Source topics in, canonical topics out. One call for each chunk; what it returns is written in one transaction with the position. */
@Controller()
export class Translator {
  constructor(@Inject(Units) private readonly units: Units) {}

  @OnChunk('translate')
  translate(@Payload() chunk: Chunk, @Ctx() context: InLease): Promise<Translated> {
    return this.units.of(chunk.unit).translate(chunk, context)
  }
}
