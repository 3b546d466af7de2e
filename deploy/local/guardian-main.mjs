// Started by guardian.ts: see there. The youngest is asked first, so that the programs go before the broker they use.
import { createInterface } from 'node:readline'

const entrusted = new Map()
const signal = (pid, name) => { try { return process.kill(pid, name) } catch { return false } }

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {})
const lines = createInterface({ input: process.stdin })
lines.on('line', (line) => {
  const [pid, stop] = line.slice(1).split(' ')
  if (line.startsWith('+')) entrusted.set(Number(pid), stop)
  else entrusted.delete(Number(pid))
})
lines.on('close', async () => {
  const until = Date.now() + 6_000
  for (const [pid, stop] of [...entrusted].toReversed()) signal(pid, stop)
  while (Date.now() < until && [...entrusted.keys()].some((pid) => signal(pid, 0))) await new Promise((done) => setTimeout(done, 100))
  for (const pid of entrusted.keys()) signal(pid, 'SIGKILL')
  process.exit(0)
})
