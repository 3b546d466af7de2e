import { runCommand } from '../services/console/cli/run-command.ts'

/** The `hub` command as a person in a terminal uses it, against the console at this address. */
export function commanding(url: string, token: string) {
  const said = async (args: readonly string[]) => {
    let out = '', err = ''
    const exit = await runCommand([...args, '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env: { HUB_ACTOR: 'ada' } })
    return { exit, out, err }
  }
  return { said, json: async <T>(...args: string[]): Promise<T> => JSON.parse((await said([...args, '--json'])).out) as T }
}
