import net from 'node:net'
import tls from 'node:tls'
import { memoryFor } from './answer-memory.ts'

const keepAliveMs = 60_000
const readBytes = 128 << 10
/** Nobody asks for this much: whoever answers so is no broker. */
const mostBytes = 256 << 20

interface Where { host: string; port: number; ssl?: tls.ConnectionOptions | boolean | undefined; onConnect: () => void }

/**
 * What kafkajs opens its connections with: a socket that says `data` once for each whole answer. Its own says it for every piece, each in
 * memory of its own, and puts the pieces together afterwards: three times the bytes to collect for every byte that was fetched.
 */
export function answersWhole({ host, port, ssl, onConnect }: Where): net.Socket {
  const answers = new Answers()
  const onread = {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback(count: number, bytes: Uint8Array): boolean {
      try {
        answers.take(bytes, count, (answer) => socket.emit('data', answer))
      } catch (error) { socket.destroy(error as Error) }
      return true
    },
  }
  const socket = ssl ? tls.connect({ host, port, onread, ...(net.isIP(host) ? {} : { servername: host }), ...(ssl === true ? {} : ssl) } as tls.ConnectionOptions, onConnect)
    : net.connect({ host, port, onread }, onConnect)
  return socket.setKeepAlive(true, keepAliveMs)
}

/** Answers, each with its four bytes of length before it, out of the pieces they come in. */
export class Answers {
  private readonly length = Buffer.alloc(4)
  private answer: Buffer = this.length
  private at = 0

  take(bytes: Uint8Array, count: number, each: (answer: Buffer) => void): void {
    for (let from = 0; from < count;) {
      const piece = Math.min(count - from, this.answer.length - this.at)
      this.answer.set(bytes.subarray(from, from + piece), this.at)
      this.at += piece
      from += piece
      if (this.at < this.answer.length) return
      if (this.answer === this.length) this.begin()
      if (this.at < this.answer.length) continue
      const whole = this.answer
      this.answer = this.length
      this.at = 0
      each(whole)
    }
  }

  private begin(): void {
    const size = this.length.readInt32BE()
    if (size < 0 || size > mostBytes) throw new Error(`an answer of ${size} bytes: there is no Kafka broker; where the port speaks TLS, HUB_KAFKA_TLS is to be true`)
    this.answer = memoryFor(4 + size)
    this.length.copy(this.answer)
  }
}
