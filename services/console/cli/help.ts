import type { Command } from './command.ts'

const options = `Options
  --json        the answer as JSON, on one line; see services/console/README.md for its shape
  --url URL     where the console is (else HUB_CONSOLE_URL, else what npm start wrote to .hub/endpoints.json)
  --token T     its bearer token (else HUB_CONSOLE_TOKEN, else the same file)
  --help        this text`

export function helpText(commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length))
  return `npm run hub -- <command> [options]

Commands
${Object.entries(commands).map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}`).join('\n')}
  ${'help'.padEnd(width)}  This text; help <command> tells more.

${options}

Exit status: 0 in order, 1 an error (on stderr: code, meaning, what to do), 2 the command was not understood, 3 something is wrong with the hub.
`
}

export function commandHelp(name: string, { says, exit, takes = [], options: own = {} }: Command): string {
  const lines = Object.entries(own).map(([option, { value, says: meaning }]) => [`--${option}${value === undefined ? '' : ` ${value}`}`, meaning] as const), width = Math.max(0, ...lines.map(([option]) => option.length))
  return `npm run hub -- ${[name, ...takes].join(' ')} [options]

${says}
${exit === undefined ? '' : `\nExit status ${exit}\n`}${lines.length === 0 ? '' : `\nIts own options\n${lines.map(([option, meaning]) => `  ${option.padEnd(width)}  ${meaning}`).join('\n')}\n`}
${options}
`
}
