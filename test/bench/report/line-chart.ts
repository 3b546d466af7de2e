import { escaped, shown, svg } from './bar-chart.ts'

export interface Line { readonly label: string; readonly points: readonly (readonly [x: number, y: number])[] }
const width = 760, height = 280, left = 90, right = 20, top = 40, bottom = 46, colours = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728']

/** Values over seconds, from zero. */
export function lineChart(title: string, lines: readonly Line[]): string {
  const all = lines.flatMap((it) => it.points), mostX = Math.max(...all.map(([x]) => x), 1), mostY = Math.max(...all.map(([, y]) => y), 1)
  const x = (value: number) => left + value / mostX * (width - left - right), y = (value: number) => height - bottom - value / mostY * (height - top - bottom)
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<line x1="${left}" x2="${width - right}" y1="${shown(y(mostY * share))}" y2="${shown(y(mostY * share))}" stroke="#ddd"/>`,
    `<text x="${left - 6}" y="${shown(y(mostY * share) + 4)}" text-anchor="end">${Math.round(mostY * share).toLocaleString('en-GB')}</text>`,
    `<text x="${shown(x(mostX * share))}" y="${height - bottom + 16}" text-anchor="middle">${Math.round(mostX * share)} s</text>`,
  ])
  const drawn = lines.flatMap(({ label, points }, at) => [
    `<polyline fill="none" stroke="${colours[at % colours.length]}" stroke-width="2" points="${points.map(([px, py]) => `${shown(x(px))},${shown(y(py))}`).join(' ')}"/>`,
    `<text x="${left + at * 200}" y="${height - 8}" fill="${colours[at % colours.length]}">${escaped(label)}</text>`,
  ])
  return svg(width, height, title, [...grid, ...drawn])
}
