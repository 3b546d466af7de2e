// Who runs the stack that keeps its data here. Plain JavaScript: reset.mjs needs it under any Node, before anything is installed.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = (data) => join(data, 'running.pid')

/** The process that runs the stack with these data, if one does. */
export function runningPid(data) {
  let pid
  try { pid = Number(readFileSync(file(data), 'utf8')) } catch { return undefined }
  // A pid may have been given to another program since.
  const command = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  return command?.includes('deploy/local/start.ts') ? pid : undefined
}

/** Takes the folder for this process; false when another one runs it. */
export function takeFolder(data) {
  mkdirSync(data, { recursive: true })
  for (;;) {
    try { writeFileSync(file(data), String(process.pid), { flag: 'wx' }); return true } catch (error) { if (error.code !== 'EEXIST') throw error }
    if (runningPid(data) !== undefined) return false
    rmSync(file(data), { force: true })
  }
}

/** Gives the folder back. */
export function leaveFolder(data) { rmSync(file(data), { force: true }) }
