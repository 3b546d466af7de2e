import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Answers } from './socket.ts'

const framed = (body: Uint8Array): Buffer => { const frame = Buffer.alloc(4 + body.length); frame.writeInt32BE(body.length); frame.set(body, 4); return frame }

test('answers come whole and in order, in whatever pieces they arrive', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (bodies, cuts) => {
    const all = Buffer.concat(bodies.map(framed)), answers = new Answers(), seen: Buffer[] = []
    for (let at = 0, turn = 0; at < all.length; turn++) {
      // One piece of memory for all of them, as a socket has.
      const piece = Buffer.from(all.subarray(at, at + cuts[turn % cuts.length]!))
      answers.take(piece, piece.length, (answer) => seen.push(answer))
      at += piece.length
      piece.fill(0xff)
    }
    expect(seen.map((it) => it.toString('hex'))).toEqual(bodies.map((it) => framed(it).toString('hex')))
  }))
})

test('a length that no broker answers with ends the connection and says what may be wrong', () => {
  const take = (length: number) => { const bytes = Buffer.alloc(4); bytes.writeInt32BE(length); new Answers().take(bytes, 4, () => {}) }
  expect(() => take(-1)).toThrow('no Kafka broker')
  // "HTTP", and the first bytes of a TLS alert.
  expect(() => take(0x48545450)).toThrow('no Kafka broker')
  expect(() => take(0x15030300)).toThrow('no Kafka broker')
})
