const mark = String.fromCodePoint(27)
const parts = new RegExp(`${mark}\\[\\d+m|[^${mark}]`, 'gu')

/** The line, cut to so many columns with an ellipsis at its end. Colours take no room, and are ended. */
export function cut(line: string, columns: number): string {
  const all = line.match(parts) ?? []
  if (all.filter(visible).length <= columns) return line
  let room = columns - 1
  const kept = all.filter((it) => !visible(it) || room-- > 0)
  const at = kept.findLastIndex(visible) + 1
  return [...kept.slice(0, at), '…', ...kept.slice(at)].join('')
}

/** Breaks a line between words; what follows stands under its `indent`th column. */
export function wrap(line: string, columns: number, indent: number): string {
  const lines: string[] = []
  let left = line
  for (let hidden = unseen(left); left.length - hidden > columns; hidden = unseen(left)) {
    const at = left.lastIndexOf(' ', columns + hidden)
    if (at < indent) break
    lines.push(left.slice(0, at))
    left = ' '.repeat(indent) + left.slice(at + 1)
  }
  return [...lines, left].join('\n')
}

const unseen = (line: string) => line.length - (line.match(parts) ?? []).filter(visible).length
const visible = (part: string) => !part.startsWith(mark)
