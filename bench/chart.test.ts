import { expect, test } from 'bun:test'
import { barChart } from './chart.ts'

test('a bar is as high as its value, and all stand on the same line', () => {
  const drawing = barChart({
    title: 'Cost',
    unit: 'ms',
    groups: ['1 node', '3 nodes'],
    series: [{ name: 'p50', values: [10, 20] }],
  })
  const bars = [...drawing.matchAll(/y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#2b6cb0"\/>/g)]
    .map(([, y, height]) => ({ y: Number(y), height: Number(height) }))
    // The first is the legend's.
    .slice(1)
  const [low, high] = bars

  expect(bars.length).toBe(2)
  expect((high?.height ?? 0) / (low?.height ?? 0)).toBeCloseTo(2, 2)
  expect((high?.y ?? 0) + (high?.height ?? 0)).toBeCloseTo((low?.y ?? 0) + (low?.height ?? 0), 1)
})
