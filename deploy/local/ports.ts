import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

// Below the range from which the system takes ports for outgoing connections, so that nothing takes
// a port in the moments in which its server is down.
const FIRST = 15_000
const LAST = 32_000

/** Each process looks in a part of its own first, so that two that look at once do not find the same port. */
const PART = 100
const own = FIRST + (process.pid % Math.floor((LAST - FIRST) / PART)) * PART

const given = new Set<number>()

/** A port that nothing listens on; the preferred one if it is free. Never hands out the same port twice. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && await take(preferred)) return preferred
  for (let attempt = 0; attempt < 300; attempt++) {
    const port = attempt < PART ? own + Math.floor(Math.random() * PART) : FIRST + Math.floor(Math.random() * (LAST - FIRST))
    if (await take(port)) return port
  }
  throw new Error(`No free port was found between ${FIRST} and ${LAST}.`)
}

/** Noted before it is looked at: whoever asks meanwhile gets another one. */
async function take(port: number): Promise<boolean> {
  if (given.has(port)) return false
  given.add(port)
  return isFree(port)
}

async function isFree(port: number): Promise<boolean> {
  // Both questions: a server bound to all interfaces does not stop us from binding the loopback, and yet would answer in our place.
  return !(await answers(port)) && await new Promise<boolean>((done) => {
    const server = createServer()
    server.once('error', () => done(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => done(true)))
  })
}

/** Whether something accepts connections on this port of the loopback. */
export function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const end = (yes: boolean) => { socket.destroy(); done(yes) }
    socket.once('connect', () => end(true)).once('error', () => end(false)).setTimeout(1_000, () => end(false))
  })
}

/** The same ports as the last time where they are free; what is taken is replaced. */
export async function keptPorts<Name extends string>(file: string, preferred: Record<Name, number>): Promise<Record<Name, number>> {
  const before: Partial<Record<string, unknown>> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const ports = { ...preferred }
  for (const name of Object.keys(preferred) as Name[]) {
    const last = before[name]
    ports[name] = await freePort(typeof last === 'number' ? last : preferred[name])
  }
  writeFileSync(file, JSON.stringify(ports, null, 2))
  return ports
}
