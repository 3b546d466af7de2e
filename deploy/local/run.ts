import { spawn, type SpawnOptions } from 'node:child_process'

/** Runs a short command to its end; its output is in the error when it fails. */
export function run(command: string, args: readonly string[], what: string, options: SpawnOptions & { read?: (output: string) => void } = {}): Promise<string> {
  const { read, ...spawning } = options
  const child = spawn(command, args, { ...spawning, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const add = (text: Buffer): void => { output += text.toString(); read?.(output) }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return new Promise((done, failed) => {
    child.once('error', (error) => failed(new Error(`${what}: ${error.message}`)))
    child.once('close', (code) => (code === 0 ? done(output) : failed(new CommandFailed(`${what} (${command} ended with ${code}).`, output))))
  })
}

export class CommandFailed extends Error {
  override readonly name = 'CommandFailed'
  readonly output: string
  constructor(message: string, output: string) { super(`${message}\n${lastOf(output)}`); this.output = output }
}

const lastOf = (output: string): string => output.trimEnd().split('\n').slice(-12).map((line) => `    ${line}`).join('\n')
