import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Does the work while no other process holds this lock; a lock whose owner has died counts as free. */
export async function exclusive<T>(lock: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(lock), { recursive: true })
  const owner = join(lock, 'pid')
  for (;;) {
    try { mkdirSync(lock); break } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (abandoned(owner)) rmSync(lock, { recursive: true, force: true })
      else await sleep(100)
    }
  }
  writeFileSync(owner, `${process.pid}`)
  try { return await work() } finally { rmSync(lock, { recursive: true, force: true }) }
}

function abandoned(owner: string): boolean {
  try { process.kill(Number(readFileSync(owner, 'utf8')), 0); return false } catch (error) {
    // ENOENT: its owner is just about to write the file.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
