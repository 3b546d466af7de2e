type Colour = 'red' | 'yellow' | 'green' | 'dim'
const codes: Record<Colour, number> = { red: 31, yellow: 33, green: 32, dim: 2 }

/** Colours text, or leaves it as it is: for a terminal only, and not where NO_COLOR asks for none. */
export type Paint = (colour: Colour, text: string) => string
export const painter = (on: boolean): Paint => (on ? (colour, text) => `\u001B[${codes[colour]}m${text}\u001B[0m` : (_, text) => text)
export const wantsColour = (stream: { isTTY?: boolean | undefined }, env: NodeJS.ProcessEnv): boolean => stream.isTTY === true && (env['NO_COLOR'] ?? '') === ''
