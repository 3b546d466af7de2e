import 'reflect-metadata'
import { Controller, Module } from '@nestjs/common'
import { APP_FILTER, NestFactory } from '@nestjs/core'
import { Ctx, Payload } from '@nestjs/microservices'
import { expect, test } from 'vitest'
import { Environment } from '../failure.ts'
import type { Chunk } from './chunk.ts'
import { type Dispatch, OnChunk, PassThrough, Stage } from './stage.ts'

class Translator {
  fits(chunk: Chunk, context: unknown) { return [chunk.unit, context] }
  async fails() { throw new Environment('registry.unreachable', 'the registry is down') }
}
// What decorators write, spelled out: tests run the source as it is, in any runner.
OnChunk('fits')(Translator.prototype, 'fits', Object.getOwnPropertyDescriptor(Translator.prototype, 'fits') ?? {})
Payload()(Translator.prototype, 'fits', 0)
Ctx()(Translator.prototype, 'fits', 1)
OnChunk('fails')(Translator.prototype, 'fails', Object.getOwnPropertyDescriptor(Translator.prototype, 'fails') ?? {})
Controller()(Translator)
class TestModule {}
Module({ controllers: [Translator], providers: [{ provide: APP_FILTER, useClass: PassThrough }] })(TestModule)

const chunk: Chunk = { unit: 'u', topic: 't', topicId: 'i', partition: 0, from: 0, next: 0, records: [] }

test('a chunk reaches its handler with its context, and an error keeps its class', async () => {
  let dispatch: Dispatch | undefined
  const app = await NestFactory.createMicroservice(TestModule, { strategy: new Stage({ streams: (it) => { dispatch = it; return [] } }), logger: false })
  await app.listen()
  expect(await dispatch?.('fits', chunk, 'lease state')).toEqual(['u', 'lease state'])
  await expect(dispatch?.('fails', chunk)).rejects.toBeInstanceOf(Environment)
  await expect(dispatch?.('nobody', chunk)).rejects.toThrow('no handler is declared')
  await app.close()
})
