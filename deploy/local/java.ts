import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

export interface Java { command: string; major: number }

const NEEDED = 21

/** The newest Java of this machine, if it is new enough. */
export function findJava(env: NodeJS.ProcessEnv = process.env, folders: readonly string[] = usualFolders(env)): Java | undefined {
  const javaHome = env['JAVA_HOME'] === undefined ? [] : [join(env['JAVA_HOME'], 'bin')]
  const found = [...javaHome, ...(env['PATH'] ?? '').split(':'), ...folders.flatMap(homesIn)]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, 'java'))
    .filter((command) => existsSync(command))
    .map((command) => realpathSync(command))
  return [...new Set(found)]
    .map((command) => ({ command, major: majorOf(command) }))
    .filter((java) => java.major >= NEEDED)
    .sort((a, b) => b.major - a.major)[0]
}

function usualFolders(env: NodeJS.ProcessEnv): string[] {
  const home = env['HOME'] === undefined ? [] : [join(env['HOME'], '.sdkman/candidates/java'), join(env['HOME'], '.jdks')]
  return ['/usr/lib/jvm', '/usr/java', '/opt/java', '/Library/Java/JavaVirtualMachines', '/opt/homebrew/opt', ...home]
}

function homesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => [join(folder, name, 'bin'), join(folder, name, 'Contents/Home/bin')])
}

function majorOf(command: string): number {
  const { stdout, stderr } = spawnSync(command, ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(`${stdout}${stderr}`)?.[1] ?? 0)
}

/** Whether Maven is there, which fetches the broker and the registry. */
export function hasMaven(env: NodeJS.ProcessEnv = process.env): boolean {
  return (env['PATH'] ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, 'mvn')))
}
