import Connection from 'kafkajs/src/network/connection.js'
import loggers from 'kafkajs/src/loggers/index.js'
import { expect, test } from 'vitest'

const stock = Connection.prototype.processData
await import('./link.ts')
const patched = Connection.prototype.processData

const logger = loggers.createLogger({ level: 0, logCreator: () => () => {} })
const answer = (body: string): Buffer => {
  const bytes = Buffer.alloc(8 + body.length)
  bytes.writeInt32BE(4 + body.length)
  bytes.write(body, 8)
  return bytes
}
/** Which of these answers a connection hands on as they lie there, without a copy. */
function asTheyLie(answers: readonly Buffer[]): boolean[] {
  const connection = new Connection({ host: '127.0.0.1', port: 1, logger, socketFactory: null }), seen: Buffer[] = []
  connection.requestQueue.destroy()
  connection.requestQueue.fulfillRequest = ({ payload }) => { seen.push(payload) }
  for (const it of answers) connection.processData(it)
  expect(seen.map(String)).toEqual(answers.map((it) => it.subarray(8).toString()))
  return seen.map((it, at) => it.buffer === answers[at]!.buffer && it.byteOffset === answers[at]!.byteOffset + 8)
}

test('an answer is handed on as it lies in memory; kafkajs alone copies each but the first', () => {
  const three = [answer('one'), answer('two'), answer('three')]
  expect(asTheyLie(three)).toEqual([true, true, true])
  try {
    Connection.prototype.processData = stock
    expect(asTheyLie(three)).toEqual([true, false, false])
  } finally { Connection.prototype.processData = patched }
})

test('pieces are still put together, whoever hands them over', () => {
  const connection = new Connection({ host: '127.0.0.1', port: 1, logger, socketFactory: null }), seen: string[] = []
  connection.requestQueue.destroy()
  connection.requestQueue.fulfillRequest = ({ payload }) => { seen.push(String(payload)) }
  const all = Buffer.concat([answer('one'), answer('two'), answer('three')])
  for (let at = 0; at < all.length; at += 5) connection.processData(all.subarray(at, at + 5))
  expect(seen).toEqual(['one', 'two', 'three'])
})
