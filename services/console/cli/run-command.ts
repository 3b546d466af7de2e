import { parseArgs } from 'node:util'
import { SettingsWrong } from '../../runtime/settings.ts'
import { CommandFailed, type Exit, exits } from './command-failed.ts'
import { commands } from './commands.ts'
import { whereIsConsole } from './console-client.ts'
import { commandHelp, helpText } from './help.ts'
import { painter, wantsColour } from './paint.ts'

interface Stream { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined }
export interface Surroundings { readonly out: Stream; readonly err: Stream; readonly env: NodeJS.ProcessEnv }

/** Runs one command and answers its exit status. Answers go to `out`; what went wrong goes to `err`. */
export async function runCommand(args: readonly string[], { out, err, env }: Surroundings): Promise<Exit> {
  try {
    const { values, positionals } = parsed(args)
    const [name, ...more] = positionals
    if (name === undefined || name === 'help') {
      const about = more[0]
      if (name === undefined && !values.help) { err.write(helpText(commands)); return exits.usage }
      out.write(about === undefined ? helpText(commands) : commandHelp(about, find(about)))
      return exits.ok
    }
    const command = find(name)
    if (values.help) { out.write(commandHelp(name, command)); return exits.ok }
    if (more.length > 0) throw CommandFailed.of('command.usage', `${name} takes no ${more.join(' ')}`, exits.usage)
    const answer = await command.answer(() => whereIsConsole(values, env), env)
    out.write(values.json ? `${JSON.stringify(answer)}\n` : `${command.text(answer, painter(wantsColour(out, env)), out.isTTY === true ? out.columns : undefined)}\n`)
    return command.exitOf?.(answer) ?? exits.ok
  } catch (error) {
    const failed = error instanceof CommandFailed ? error : error instanceof SettingsWrong ? CommandFailed.of('settings.wrong', error.message) : null
    if (failed === null) throw error
    const { code, says, todo, detail } = failed.trouble
    err.write(`${code}: ${says}\n  ${detail}\n  What to do: ${todo}\n`)
    return failed.exit
  }
}

function find(name: string) {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw CommandFailed.of('command.usage', `there is no command ${name}; there are ${Object.keys(commands).join(', ')}`, exits.usage)
  return command
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' }, url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
  } catch (error) { throw CommandFailed.of('command.usage', (error as Error).message, exits.usage) }
}
