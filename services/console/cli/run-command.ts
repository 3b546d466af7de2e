import { parseArgs } from 'node:util'
import { SettingsWrong } from '../../runtime/settings.ts'
import { CommandFailed, type Exit, exits } from './command-failed.ts'
import { type Command, parseOptions, type Values } from './command.ts'
import { commands } from './commands.ts'
import { whereIsConsole } from './console-client.ts'
import { commandHelp, helpText } from './help.ts'
import { painter, wantsColour } from './paint.ts'

interface Stream { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined }
export interface Surroundings { readonly out: Stream; readonly err: Stream; readonly env: NodeJS.ProcessEnv }

/** Runs one command and answers its exit status. Answers go to `out`; what went wrong goes to `err`. */
export async function runCommand(args: readonly string[], { out, err, env }: Surroundings): Promise<Exit> {
  try {
    const { name, command, values, positionals } = understood(args)
    if (command === null) {
      if (!values['help'] && name === null) { err.write(helpText(commands)); return exits.usage }
      out.write(helpText(commands))
      return exits.ok
    }
    if (values['help']) { out.write(commandHelp(name, command)); return exits.ok }
    const { takes = [] } = command, least = takes.filter((it) => !it.startsWith('[')).length
    if (positionals.length < least || positionals.length > takes.length) throw CommandFailed.of('command.usage', positionals.length < least ? `${name} takes ${takes.join(' ')}` : `${name} takes no ${positionals.slice(takes.length).join(' ')}`, exits.usage)
    const { url, token } = values as { url?: string; token?: string }
    const answer = await command.answer({ where: () => whereIsConsole({ url, token }, env), env, values, positionals, progress: (line) => { if (err.isTTY) err.write(`${line}\n`) } })
    out.write(values['json'] ? `${JSON.stringify(answer)}\n` : `${command.text(answer, painter(wantsColour(out, env)), out.isTTY === true ? out.columns : undefined, values)}\n`)
    return command.exitOf?.(answer) ?? exits.ok
  } catch (error) {
    const failed = error instanceof CommandFailed ? error : error instanceof SettingsWrong ? CommandFailed.of('settings.wrong', error.message) : null
    if (failed === null) throw error
    const { code, says, todo, detail } = failed.trouble
    err.write(`${code}: ${says}\n  ${detail}\n  What to do: ${todo}\n`)
    return failed.exit
  }
}

interface Understood { readonly name: string; readonly command: Command; readonly values: Values; readonly positionals: readonly string[] }
interface NoCommand { readonly name: string | null; readonly command: null; readonly values: Values; readonly positionals: readonly string[] }

/** A name may be two words. Options are the command's own, and those that all commands take. */
function understood(args: readonly string[]): Understood | NoCommand {
  const words = args.filter((it) => !it.startsWith('-'))
  const help = words[0] === 'help', named = help ? words.slice(1) : words
  // Options may stand before the name, and their values look like words.
  const first = named.findIndex((word) => Object.keys(commands).some((it) => it.split(' ')[0] === word)), asked = named.slice(Math.max(0, first))
  if (asked.length === 0) return { name: help ? 'help' : null, command: null, ...parsed(args, undefined) }
  const name = [asked.slice(0, 2).join(' '), asked[0]!].find((it) => Object.hasOwn(commands, it))
  if (name === undefined) throw CommandFailed.of('command.usage', `there is no command ${asked.slice(0, 2).join(' ')}; there are ${Object.keys(commands).join(', ')}`, exits.usage)
  const command = commands[name]!, { values, positionals } = parsed(args, command)
  return { name, command, values: help ? { ...values, help: true } : values, positionals: positionals.slice(name.split(' ').length + (help ? 1 : 0)) }
}

function parsed(args: readonly string[], command: Command | undefined): { values: Values; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: { ...parseOptions(command?.options), json: { type: 'boolean' }, url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }) as { values: Values; positionals: string[] }
  } catch (error) { throw CommandFailed.of('command.usage', (error as Error).message, exits.usage) }
}
