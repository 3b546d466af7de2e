/** A value of a record, and its place there: `lines[2].quantity`. */
export interface Place { readonly field: string; readonly value: unknown }

const steps = (path: string): string[] => path.split('.')

/** The value at a path without lists, as one function; undefined where the record around it is null. */
export const getter = (path: string): ((content: object) => unknown) =>
  new Function('c', `return c${steps(path).map((step, i) => `${i === 0 ? '' : '?.'}[${JSON.stringify(step)}]`).join('')}`) as (content: object) => unknown

/** Every value at a path that a test does not hold for; null where it holds for all. Lists are gone through, and where the record around the field is null there is nothing. */
export function finder(path: string): (content: object, holds: (value: unknown) => boolean) => Place[] | null {
  const [head, ...rest] = path.split('[]'), code: string[] = []
  let scope = 'c', place = ''
  const open = (inner: string): void => {
    const names = steps(inner), last = names.pop()!
    for (const name of names) { code.push(`const ${scope}_${name} = ${scope}[${JSON.stringify(name)}]; if (${scope}_${name} !== null && ${scope}_${name} !== undefined) {`); scope = `${scope}_${name}` }
    place += inner
    code.push(`const v = ${scope}[${JSON.stringify(last)}];`)
  }
  open(head!)
  for (const [depth, inner] of rest.entries()) {
    const list = `l${depth}`, at = `i${depth}`
    code.push(`const ${list} = v; if (${list} !== null && ${list} !== undefined) for (let ${at} = 0; ${at} < ${list}.length; ${at}++) {`)
    place += `[\${${at}}]`
    scope = `e${depth}`
    if (inner === '') code.push(`const v = ${list}[${at}];`)
    else { code.push(`const ${scope} = ${list}[${at}];`); place += '.'; open(inner.slice(1)) }
  }
  code.push(`if (!holds(v)) (found ??= []).push({ field: \`${place}\`, value: v })`)
  const closing = '}'.repeat(code.join('').split('{').length - code.join('').split('}').length)
  return new Function('c', 'holds', `let found = null\n${code.join('\n')}\n${closing}\nreturn found`) as ReturnType<typeof finder>
}
