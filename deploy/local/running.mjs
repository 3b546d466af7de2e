// Who runs this folder's stack. Plain JavaScript: reset.mjs needs it under any Node, before anything is installed.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = (project) => join(project, '.hub', 'running.pid')

/** The process that runs the stack of this folder, if one does. */
export function runningPid(project) {
  let pid
  try { pid = Number(readFileSync(file(project), 'utf8')) } catch { return undefined }
  // A pid may have been given to another program since.
  const command = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
  return command?.includes('deploy/local/start.ts') ? pid : undefined
}

/** Takes the folder for this process; false when another one runs it. */
export function takeFolder(project) {
  mkdirSync(join(project, '.hub'), { recursive: true })
  for (;;) {
    try { writeFileSync(file(project), String(process.pid), { flag: 'wx' }); return true } catch (error) { if (error.code !== 'EEXIST') throw error }
    if (runningPid(project) !== undefined) return false
    rmSync(file(project), { force: true })
  }
}

/** Gives the folder back. */
export function leaveFolder(project) { rmSync(file(project), { force: true }) }
