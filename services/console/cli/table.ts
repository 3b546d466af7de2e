/** One column: its heading, and numbers to the right. */
export interface Column { readonly head: string; readonly right?: true }

const escape = new RegExp(`${String.fromCodePoint(27)}\\[\\d+m`, 'g')
const width = (text: string) => [...text.replaceAll(escape, '')].length

/** Aligned columns, two blanks between them, no line ends with blanks. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ head }) => head), ...rows]
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => width(line[at]!))))
  return lines.map((line) => line.map((cell, at) => {
    const room = ' '.repeat(widths[at]! - width(cell))
    return columns[at]?.right ? room + cell : cell + room
  }).join('  ').trimEnd()).join('\n')
}

export const count = (value: number | null): string => (value === null ? '-' : value.toLocaleString('en-US').replaceAll(',', ' '))

/** 0.4 s, 12 s, 3 min, 5 h, 2 d: two digits say enough about an age. */
export function age(seconds: number | null): string {
  if (seconds === null) return '-'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`
}
