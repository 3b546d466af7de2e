import type { Spread } from '../measure/spread.ts'

export interface Bar { readonly label: string; readonly value: Spread; readonly ours: boolean }
const width = 760, left = 250, right = 130, row = 26, top = 34

/** Horizontal bars of medians, with a line from the lowest round to the highest. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map((it) => it.value.max), Number.MIN_VALUE), x = (value: number) => left + value / most * (width - left - right)
  const height = top + bars.length * row + 8
  const rows = bars.map(({ label, value, ours }, at) => {
    const y = top + at * row, middle = y + row / 2 - 2
    return `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`
      + `<rect x="${left}" y="${y}" width="${shown(x(value.median) - left)}" height="${row - 6}" fill="${ours ? '#1f77b4' : '#b0b7bf'}"/>`
      + (value.min === value.max ? '' : `<line x1="${shown(x(value.min))}" x2="${shown(x(value.max))}" y1="${middle}" y2="${middle}" stroke="#333" stroke-width="2"/>`)
      + `<text x="${shown(x(value.max) + 6)}" y="${middle + 4}">${value.median.toLocaleString('en-GB')}</text>`
  })
  return svg(width, height, title, rows)
}

export const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
export const shown = (value: number) => value.toFixed(1)
export function svg(w: number, h: number, title: string, content: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" font-family="sans-serif" font-size="12">\n<rect width="${w}" height="${h}" fill="#fff"/>\n<text x="10" y="20" font-size="14" font-weight="bold">${escaped(title)}</text>\n${content.join('\n')}\n</svg>\n`
}
