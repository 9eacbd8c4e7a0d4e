/** Bars side by side, one group for each step along the axis. */
export interface Chart {
  readonly title: string
  readonly unit: string
  readonly groups: readonly string[]
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
}

const WIDTH = 640
const HEIGHT = 320
const LEFT = 72
const TOP = 56
const BOTTOM = 40
const GAP_SHARE = 0.3
const COLOURS = ['#2b6cb0', '#dd6b20', '#2f855a', '#805ad5']

/** A drawing that stands alone: no script, no font of its own. Texts are ours and need no escaping. */
export function barChart(chart: Chart): string {
  const top = scaleEnd(Math.max(...chart.series.flatMap(({ values }) => values)))
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 20, `${chart.title}, ${chart.unit}`, 'start'),
    ...chart.series.map(({ name }, index) => legend(name, index)),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((share) => gridLine(y(top * share), top * share)),
    ...chart.groups.flatMap((group, at) => bars(chart, group, at, y)),
    '</svg>\n',
  ].join('\n')
}

function bars(chart: Chart, group: string, at: number, y: (value: number) => number): readonly string[] {
  const groupWidth = (WIDTH - LEFT) / chart.groups.length
  const width = (groupWidth * (1 - GAP_SHARE)) / chart.series.length
  const start = LEFT + groupWidth * (at + GAP_SHARE / 2)
  const drawn = chart.series.flatMap(({ values }, index) => {
    const value = values[at] ?? 0
    const x = start + width * index
    return [
      `<rect x="${x.toFixed(1)}" y="${y(value).toFixed(1)}" width="${(width - 2).toFixed(1)}" height="${(y(0) - y(value)).toFixed(1)}" fill="${colour(index)}"/>`,
      text(x + width / 2, y(value) - 4, short(value), 'middle'),
    ]
  })
  return [...drawn, text(start + (groupWidth * (1 - GAP_SHARE)) / 2, HEIGHT - 16, group, 'middle')]
}

function gridLine(y: number, value: number): readonly string[] {
  const line = `<line x1="${LEFT}" x2="${WIDTH}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#ddd"/>`
  return [line, text(LEFT - 8, y + 4, short(value), 'end')]
}

function legend(name: string, index: number): string {
  const x = LEFT + index * 130
  return `<rect x="${x}" y="30" width="10" height="10" fill="${colour(index)}"/>${text(x + 16, 39, name, 'start')}`
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${content}</text>`
}

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? '#000'
}

/** The next of 1, 2 and 5 times a power of ten. */
function scaleEnd(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  return [1, 2, 5, 10].map((step) => step * power).find((end) => end >= value) ?? value
}

function short(value: number): string {
  return value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)))
}
