import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** Where the connection is cut: the COMMIT never arrives · arrives, and nobody knows how far it got · is carried out, and its answer is lost. */
export const cuts = ['before', 'under-way', 'answered'] as const
export type Cut = (typeof cuts)[number]

export interface CuttingProxy extends AsyncDisposable {
  readonly port: number
  /** How often each cut was made. */
  readonly made: Readonly<Record<Cut, number>>
}

/** Stands between a sink and PostgreSQL; asked at each COMMIT whether and where to cut. */
export async function cuttingProxy(port: number, ask: () => Cut | null): Promise<CuttingProxy> {
  const made = { 'before': 0, 'under-way': 0, 'answered': 0 }, sockets = new Set<Socket>()
  const server = createServer((client) => {
    const database = connect(port, '127.0.0.1')
    let cut: Cut | null = null
    const both = [client, database]
    for (const socket of both) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', () => {}).on('close', () => { sockets.delete(socket); for (const it of both) it.destroy() })
    }
    const take = framed((message, isCommit) => {
      if (cut !== null) return
      cut = isCommit ? ask() : null
      if (cut !== null) made[cut]++
      if (cut === 'before') { client.destroy(); return }
      database.write(message)
      // What was written still goes out before the end of the stream.
      if (cut === 'under-way') { database.end(); client.destroy() }
    })
    client.on('data', take)
    database.on('data', (bytes: Buffer) => { if (cut === 'answered') client.destroy(); else client.write(bytes) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, made, async [Symbol.asyncDispose]() {
    server.close()
    for (const socket of sockets) socket.destroy()
  } }
}

/** Messages of the frontend: the first has no type, each other a letter; both tell their length. */
function framed(each: (message: Buffer, isCommit: boolean) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0), started = false
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const at = started ? 1 : 0
      if (rest.length < at + 4) return
      const length = at + rest.readInt32BE(at)
      if (rest.length < length) return
      const message = rest.subarray(0, length)
      rest = rest.subarray(length)
      each(message, started && message.toString('latin1') === `Q\0\0\0\x0bcommit\0`)
      started = true
    }
  }
}
